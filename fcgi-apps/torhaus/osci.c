/* torhaus osci ...: which commands there are. */
#include "torhaus/osci.h"

const struct command osci_commands[] = {
    {"osci cert show", "FILE...", "say what a certificate holds",
	"FILE is PEM or DER. Prints names, serial number, validity, key, use "
	"and the\nfingerprint (SHA-256) under which mailboxes and partners "
	"are found.\n",
	TOOL_NOTHING, cmd_osci_cert_show},
    {"osci cert check", "FILE... [--registered]",
	"judge a certificate as a message's would be",
	"By the configuration: osci_ca_file, osci_crl_dir, osci_ocsp. Says "
	"what is wrong\nand which of OSCI's codes follow from it, for each "
	"role that it may have. The\nfirst certificate of a file is judged; "
	"others in it serve as links of its chain.\n--registered: as one that "
	"is registered with a mailbox or a partner, which needs no\nchain. "
	"Exit code 3: something was found.\n",
	TOOL_CONFIG, cmd_osci_cert_check},
    {"osci key create",
	"--role intermediary|recipient|client [--town SLUG] [--name NAME] "
	"[--purpose cipher|sign|both] [--kind rsa3072|rsa4096|p256] "
	"[--subject DN] [--days N] [--waiting]",
	"make keys with certificates signed by themselves",
	"The installation has one intermediary and one passive recipient; a "
	"client is an\nauthority of a town, named, such as buergeramt. Makes a "
	"pair for encryption and\none for signatures (--purpose), RSA with "
	"3072 bits by default; p256 is for\nsignatures, encryption stays with "
	"RSA. DN such as \"CN=Stadt Quellstadt,C=DE\".\nThe new pair takes "
	"the place of the active one, which is retired: a retired key\nfor "
	"encryption still opens what was encrypted for it. --waiting: not yet, "
	"until\ntorhaus osci key activate, or until its certificate is "
	"imported.\n",
	TOOL_DB, cmd_osci_key_create},
    {"osci key import",
	"(--p12 FILE | --cert FILE [--key FILE | --uri URI]) "
	"[--role intermediary|recipient|client] [--town SLUG] [--name NAME] "
	"[--purpose cipher|sign] [--password-file FILE] [--waiting]",
	"take in a key, or a certificate for one",
	"PKCS#12, or PEM: certificate and key. With --uri the key stays in a "
	"token\n(pkcs11:...; see osci_pkcs11_module). With --cert alone the "
	"certificate is for a\nkey that is here already: what an authority "
	"made of torhaus osci key csr. The\npassword is asked for, or stands "
	"in --password-file (mode 0600). Whether a pair is\nfor encryption or "
	"for signatures follows from its key usage.\n",
	TOOL_DB, cmd_osci_key_import},
    {"osci key list", "[--town SLUG]",
	"list our keys: role, state, kind, validity, fingerprint", "",
	TOOL_DB, cmd_osci_key_list},
    {"osci key cert", "KEY", "print a key's certificate, for others",
	"KEY is its number in torhaus osci key list. PEM.\n", TOOL_DB,
	cmd_osci_key_cert},
    {"osci key csr", "KEY [--subject DN]",
	"print a request for a certificate, for an authority",
	"PKCS#10 in PEM, with the certificate's subject unless another is "
	"given. What the\nauthority answers is taken in by torhaus osci key "
	"import --cert FILE.\n",
	TOOL_DB, cmd_osci_key_csr},
    {"osci key activate", "KEY", "use a waiting or a retired key",
	"The one that was active is retired.\n", TOOL_DB,
	cmd_osci_key_activate},
    {"osci key retire", "KEY [--destroy]", "use a key no longer",
	"A retired key for encryption still opens what was encrypted for it. "
	"--destroy\ndeletes one that is retired; then nothing does.\n",
	TOOL_DB, cmd_osci_key_retire},
    {"osci ca add", "FILE...", "trust an authority, or a single certificate",
	"Adds the certificates of FILE to osci_ca_file; running programs take "
	"it up within\nseconds.\n",
	TOOL_CONFIG, cmd_osci_ca_add},
    {"osci ca list", "", "list the certificates that are trusted", "",
	TOOL_CONFIG, cmd_osci_ca_list},
    {"osci ca remove", "FINGERPRINT", "trust a certificate no longer",
	"The first 8 digits of the fingerprint suffice.\n", TOOL_CONFIG,
	cmd_osci_ca_remove},
    {"osci mailbox add",
	"--cert FILE [--name NAME] [--town SLUG] [--quota MIB] "
	"[--max-message MIB] [--senders any|listed]",
	"give somebody a mailbox at our intermediary",
	"FILE is the owner's certificate for encryption: messages that name "
	"it as their\naddressee's go into the mailbox, and who can read what "
	"is encrypted for it may\nfetch them. --town: the mailbox is that "
	"town's own. Without --quota and\n--max-message osci_quota and "
	"osci_message_max count. --senders listed: only those\nof torhaus "
	"osci mailbox allow may send.\n",
	TOOL_DB, cmd_osci_mailbox_add},
    {"osci mailbox list", "", "list mailboxes and what is in them", "",
	TOOL_DB, cmd_osci_mailbox_list},
    {"osci mailbox show", "MAILBOX", "show one, with who may send to it",
	"MAILBOX is its number, or how its fingerprint begins.\n", TOOL_DB,
	cmd_osci_mailbox_show},
    {"osci mailbox set",
	"MAILBOX [--name NAME] [--quota MIB] [--max-message MIB] "
	"[--senders any|listed]",
	"change a mailbox", "0 MiB: as configured.\n", TOOL_DB,
	cmd_osci_mailbox_set},
    {"osci mailbox close", "MAILBOX", "take no more messages for it",
	"What is in it can still be fetched.\n", TOOL_DB,
	cmd_osci_mailbox_close},
    {"osci mailbox open", "MAILBOX", "take messages for it again", "",
	TOOL_DB, cmd_osci_mailbox_open},
    {"osci mailbox allow", "MAILBOX --cert FILE [--name NAME]",
	"let somebody send to a mailbox",
	"FILE is the sender's certificate, for encryption or for "
	"signatures.\n",
	TOOL_DB, cmd_osci_mailbox_allow},
    {"osci mailbox forbid", "MAILBOX FINGERPRINT",
	"let somebody no longer send to it",
	"FINGERPRINT: at least 8 digits of the certificate's.\n", TOOL_DB,
	cmd_osci_mailbox_forbid},
    {"osci message list", "[--mailbox MAILBOX] [--max N]",
	"list the messages that our intermediary keeps",
	"Newest first, 100 unless --max says more (to 10000).\n", TOOL_DB,
	cmd_osci_message_list},
    {"osci message show", "MESSAGE-ID", "show what is known of a message",
	"", TOOL_DB, cmd_osci_message_show},
    {"osci message card", "MESSAGE-ID",
	"show its process card (Laufzettel)",
	"Times, subject, and what was found about each certificate.\n",
	TOOL_DB, cmd_osci_message_card},
    {"osci message verify", "MESSAGE-ID",
	"check a kept message once more",
	"Whether the file is the one that was stored, and whether the "
	"signature over the\nwhole message holds. Exit code 3: it does "
	"not.\n",
	TOOL_DB, cmd_osci_message_verify},
    {"osci message save", "MESSAGE-ID --out FILE",
	"write a message to a file, exactly as it came",
	"As evidence, or to look for a fault; what is encrypted for its "
	"reader stays so.\n",
	TOOL_DB, cmd_osci_message_save},
    {"osci peer add", "NAME --uri URI --cipher FILE --sign FILE [--chunk KIB]",
	"register somebody else's intermediary, or change one",
	"FILE are its certificates, which it tells in a trusted way (DVDV): "
	"only answers\nsigned with --sign count. --chunk: messages beyond "
	"that go in chunks of this size\n(EFFI).\n",
	TOOL_DB, cmd_osci_peer_add},
    {"osci peer list", "", "list other intermediaries", "", TOOL_DB,
	cmd_osci_peer_list},
    {"osci partner add",
	"NAME --cipher FILE [--sign FILE] [--town SLUG] [--peer NAME] "
	"[--receiver URI] [--dvdv KEY]",
	"register whom messages go to, or change one",
	"--cipher: what messages are encrypted for; a mailbox is found by it. "
	"--sign: what\nthe partner signs with. --town: only this town's. "
	"--peer: the intermediary between,\nour own without it. --receiver: "
	"the address of a passive recipient, to which the\nintermediary "
	"forwards at once; without it messages wait in a mailbox.\n",
	TOOL_DB, cmd_osci_partner_add},
    {"osci partner list", "[--town SLUG]", "list partners", "", TOOL_DB,
	cmd_osci_partner_list},
    {"osci partner remove", "NAME [--town SLUG]", "remove a partner",
	"Only one that no transfer names.\n", TOOL_DB,
	cmd_osci_partner_remove},
    {"osci send",
	"FILE... --town SLUG --to PARTNER [--identity NAME] [--subject TEXT] "
	"[--wait SECONDS]",
	"send files to a partner",
	"The first file is the message, further ones are attachments. The "
	"courier signs,\nencrypts and sends; prints the transfer's number. "
	"The subject can be read by\nintermediaries. --wait: until it is "
	"there.\n",
	TOOL_DB, cmd_osci_send},
    {"osci fetch",
	"[--town SLUG --identity NAME] [--peer NAME] [--every SECONDS]",
	"fetch an identity's mail, now and regularly",
	"At our own intermediary, or at --peer. --every 0: only by hand. "
	"Without arguments\nlists what is fetched.\n",
	TOOL_DB, cmd_osci_fetch},
    {"osci transfer list", "[--town SLUG] [--state STATE] [--max N]",
	"list messages that were sent and that arrived",
	"Newest first, 100 unless --max says more (to 10000). STATE: built, "
	"reserved, sent,\naccepted, forwarded, received, failed, arriving, "
	"arrived or handled.\n",
	TOOL_DB, cmd_osci_transfer_list},
    {"osci transfer show", "TRANSFER",
	"show one with its process card and every step", "", TOOL_DB,
	cmd_osci_transfer_show},
    {"osci transfer open", "TRANSFER --out DIR",
	"write what arrived to files",
	"Decrypts it and checks its signatures; files are named content-1, "
	"content-2 ...\nExit code 3: it is not signed by somebody who is "
	"trusted.\n",
	TOOL_DB, cmd_osci_transfer_open},
    {"osci transfer retry", "TRANSFER", "work on one again, now",
	"One that was given up after it had been sent is looked for first, "
	"so that it is not\nsent twice. One that came in and was put aside "
	"is fetched again, or handed on.\n",
	TOOL_DB, cmd_osci_transfer_retry},
    {"osci verify", "FILE [--key FILE --cert FILE]",
	"check a stored message",
	"FILE is a message in its MIME form. Says which certificates are in "
	"it and how they\nare judged by the configuration, whether the "
	"signature over the message and those\nover its contents hold, and "
	"each content's SHA-256. --key, --cert: of a reader, to\nopen what is "
	"encrypted for it (PEM). Exit code 3: something was found.\n",
	TOOL_CONFIG, cmd_osci_verify},
    {"osci explain", "CODE | FILE [--lang de|en]",
	"say what a code means, or what a message is", "", TOOL_CONFIG,
	cmd_osci_explain},
};

const size_t osci_command_count = nitems(osci_commands);
