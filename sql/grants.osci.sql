-- osci: the intermediary and the passive recipient of OSCI-Transport. Towns and
-- services are loaded as by every program; identities and partners are read.
GRANT SELECT ON town TO @account;
GRANT SELECT ON town_host TO @account;
GRANT SELECT ON department TO @account;
GRANT SELECT ON service TO @account;
GRANT SELECT ON service_version TO @account;
GRANT SELECT ON town_service TO @account;
GRANT SELECT ON generation TO @account;
GRANT SELECT ON code_list TO @account;
GRANT SELECT ON osci_identity TO @account;
GRANT SELECT ON osci_peer TO @account;
GRANT SELECT ON osci_partner TO @account;
GRANT SELECT, INSERT, UPDATE (used_bytes) ON osci_mailbox TO @account;
GRANT SELECT ON osci_sender TO @account;
GRANT SELECT, INSERT, DELETE ON osci_message_id TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON osci_dialog TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_delivery TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON osci_partial TO @account;
GRANT SELECT, INSERT, DELETE ON osci_chunk TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_transfer TO @account;
GRANT SELECT ON osci_fetch TO @account;
GRANT SELECT, INSERT ON osci_step TO @account;
GRANT SELECT, INSERT ON osci_transfer_piece TO @account;
GRANT SELECT, INSERT ON osci_transfer_answer TO @account;
