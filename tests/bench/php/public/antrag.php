<?php
declare(strict_types=1);

/* Takes an application in: checks, seals, writes all rows, redirects. */
require __DIR__ . '/../src/Crypto.php';
require __DIR__ . '/../src/Db.php';
require __DIR__ . '/../src/Maengelmeldung.php';

const NEVER = '9999-12-31';

function show_again(array $config, Maengelmeldung $form): void
{
    http_response_code(422);
    printf($config['head'], 'Fehler');
    echo '<ul>';
    foreach ($form->errors as $field => $code) {
        $text = $config['texts']["$field.error.$code"]
            ?? $config['texts']["rule.$code"] ?? $code;
        echo '<li><a href="#f-', htmlspecialchars($field), '">',
            htmlspecialchars($text), '</a></li>';
    }
    echo '</ul>', $config['foot'];
}

function digest(array $config, array $answers): string
{
    $all = "maengelmeldung\0";
    foreach ($answers as $name => $value) {
        $all .= "$name\0" . (is_bool($value) ? ($value ? 'true' : 'false') : $value) . "\0";
    }
    return hash_hmac('sha256', $all, $config['index_key'], true);
}

/** The link of the earlier one, null when it said something else. */
function earlier(PDO $pdo, array $config, string $submission, string $digest): ?string
{
    $row = Db::run($pdo, 'SELECT id, answers_digest, data_key, access FROM vorgang'
        . ' WHERE town_id = ? AND submission_id = _binary ?',
        [$config['town_id'], $submission])->fetch();
    if ($row === false || !hash_equals($row['answers_digest'], $digest)) {
        return null;
    }
    $key = Crypto::open($config['town_key'], 'key', $row['data_key']);
    return json_decode(Crypto::open($key, 'access:' . bin2hex($row['id']), $row['access']),
        true)['token'];
}

function submit(array $config, Maengelmeldung $form, string $submission): string
{
    $answers = $form->answers;
    $town = $config['town_id'];
    $version = $config['versions']['maengelmeldung'];
    $department = $config['departments'][$form->department()];
    $outcomes = $form->outcomes();
    $nowMs = (int)(microtime(true) * 1000);
    $now = Db::time($nowMs);
    $id = Crypto::uuid7();
    $hex = bin2hex($id);
    $key = random_bytes(32);
    $reference = Crypto::reference();
    $code = Crypto::characters(12);
    $secret = random_bytes(16);
    $token = Crypto::token($secret);
    $mail = $answers['email'] ?? '';
    $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;

    $event = Crypto::seal($key, "event:$hex:1", json_encode([
        'service' => 'maengelmeldung', 'version' => '1.0.0',
        'department' => $department['slug'], 'outcomes' => $outcomes], $flags));
    $none = str_repeat("\0", 32);
    $hash = Crypto::eventHash($id, 1, 'submitted', $nowMs, 0, true, $event, $none);
    $digest = digest($config, $answers);
    $due = gmdate('Y-m-d', intdiv($nowMs, 1000) + $outcomes['due_days'] * 86400);

    $pdo = Db::open($config, 'forms');
    $pdo->beginTransaction();
    try {
        Db::run($pdo, 'INSERT INTO vorgang (id, town_id, reference, submission_id,'
            . ' answers_digest, service_version_id, state, is_closed, is_urgent,'
            . ' department_id, due, language, data_key, answers, access, code_hash,'
            . ' last_seq, last_hash, created_at, changed_at, has_attachments) VALUES'
            . ' (_binary ?, ?, ?, _binary ?, _binary ?, ?, ?, 0, ?, ?, ?, ?, _binary ?,'
            . ' _binary ?, _binary ?, _binary ?, 1, _binary ?, ?, ?, 0)', [
            $id, $town, $reference, $submission, $digest, $version, 'received',
            (int)($outcomes['priority'] === 'high'), $department['id'], $due, 'de',
            Crypto::seal($config['town_key'], 'key', $key),
            Crypto::seal($key, "answers:$hex", json_encode($answers, $flags)),
            Crypto::seal($key, "access:$hex", json_encode(
                ['token' => $token, 'code' => $code, 'mail' => $mail], $flags)),
            hash_hmac('sha256', "code:$reference:$code", $config['index_key'], true),
            $hash, $now, $now,
        ]);
        Db::run($pdo, 'INSERT INTO event (vorgang_id, seq, town_id, kind, at, actor,'
            . ' is_public, data, previous_hash, hash) VALUES'
            . " (_binary ?, 1, ?, 'submitted', ?, 0, 1, _binary ?, _binary ?, _binary ?)",
            [$id, $town, $now, $event, $none, $hash]);
        Db::run($pdo, 'INSERT INTO access_token (hash, town_id, kind, vorgang_id,'
            . ' created_at) VALUES (_binary ?, ?, 1, _binary ?, ?)',
            [Crypto::digest($secret), $town, $id, $now]);
        if ($mail !== '') {
            Db::run($pdo, 'INSERT INTO blind_index (town_id, kind, hash, vorgang_id)'
                . " VALUES (?, 'email', _binary ?, _binary ?)", [$town,
                Crypto::blindIndex($config['index_key'], 'email', strtolower($mail)), $id]);
            $outbox = Crypto::uuid7();
            $payload = json_encode(['template' => 'received', 'to' => $mail,
                'lang' => 'de', 'service_version_id' => $version,
                'reference' => Crypto::grouped($reference),
                'code' => Crypto::grouped($code),
                'link' => $config['public'] . "/vorgang/l/$token",
                'state' => 'received', 'note' => ''], $flags);
            Db::run($pdo, 'INSERT INTO outbox (id, town_id, vorgang_id, kind, payload,'
                . " next_at, created_at) VALUES (_binary ?, ?, _binary ?, 'mail', _binary ?, ?, ?)",
                [$outbox, $town, $id,
                Crypto::seal($key, 'outbox:' . bin2hex($outbox), $payload), $now, $now]);
        }
        $pdo->commit();
    } catch (PDOException $e) {
        $pdo->rollBack();
        if ((int)($e->errorInfo[1] ?? 0) !== 1062) {
            throw $e;
        }
        $earlier = earlier($pdo, $config, $submission, $digest);
        if ($earlier === null) {
            http_response_code(409);
            exit('Mit dieser Seite wurde schon etwas anderes gesendet.');
        }
        return $earlier;
    }
    return $token;
}

$config = require $_SERVER['BENCH_CONFIG'];
$submission = $_POST['submission_id'] ?? '';
if (!is_string($submission) || !preg_match('/^[0-9a-f]{32}$/i', $submission)) {
    http_response_code(400);
    exit('submission_id');
}
$form = new Maengelmeldung($_POST, $config['settings']);
if ($form->errors !== []) {
    show_again($config, $form);
} else {
    http_response_code(303);
    header('Cache-Control: no-store');
    header('Location: /vorgang/l/' . submit($config, $form, hex2bin($submission)));
}
