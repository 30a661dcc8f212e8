<?php
declare(strict_types=1);

/* Takes a file into a draft: type by content, hashed, sealed, durable, a row. */
require __DIR__ . '/../src/Crypto.php';
require __DIR__ . '/../src/Db.php';

const ACCEPT = ['application/pdf', 'image/jpeg', 'image/png'];

function refuse(int $status, string $why): never
{
    http_response_code($status);
    header('Content-Type: application/problem+json');
    exit(json_encode(['status' => $status, 'title' => $why]));
}

function folder(string $path): string
{
    if (!is_dir($path)) {
        @mkdir($path, 0700, true);
    }
    return $path;
}

$config = require $_SERVER['BENCH_CONFIG'];
$file = $_FILES['file'] ?? null;
$submission = $_POST['submission_id'] ?? '';
if ($file === null || $file['error'] !== UPLOAD_ERR_OK || $file['size'] === 0
    || !preg_match('/^[0-9a-f]{32}$/i', $submission)
    || !isset($config['versions'][$_POST['service'] ?? ''])) {
    refuse(400, 'submission_id, service or file is missing');
}
$type = (new finfo(FILEINFO_MIME_TYPE))->file($file['tmp_name']);
if (!in_array($type, ACCEPT, true)) {
    refuse(422, 'type-not-allowed');
}
$submission = hex2bin($submission);
$town = $config['town_id'];
$nowMs = (int)(microtime(true) * 1000);
$now = Db::time($nowMs);
$key = random_bytes(32);
$pdo = Db::open($config, 'documents');
$draft = Db::run($pdo, 'INSERT INTO draft (town_id, submission_id, service_version_id,'
    . ' data_key, created_at, touched_at, expires_at) SELECT ?, _binary ?, ?, _binary ?, ?, ?, ?'
    . ' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM vorgang WHERE town_id = ?'
    . ' AND submission_id = _binary ?) ON DUPLICATE KEY UPDATE'
    . ' touched_at = VALUES(touched_at) RETURNING data_key', [
    $town, $submission, $config['versions'][$_POST['service']],
    Crypto::seal($config['town_key'], 'key', $key), $now, $now,
    Db::time($nowMs + 30 * 86400000), $town, $submission])->fetch();
if ($draft === false) {
    refuse(409, 'conflict');
}
$key = Crypto::open($config['town_key'], 'key', $draft['data_key']);
$have = Db::run($pdo, 'SELECT id, field, size, meta FROM document WHERE town_id = ?'
    . ' AND submission_id = _binary ? AND vorgang_id IS NULL ORDER BY id',
    [$town, $submission])->fetchAll();
if (count($have) >= 3) {
    refuse(422, 'too-many');
}

// AES-256-GCM cannot stream in PHP: the whole file at once.
$id = Crypto::uuid7();
$hex = bin2hex($id);
$plain = file_get_contents($file['tmp_name']);
$sha256 = Crypto::digest($plain);
$nonce = random_bytes(12);
$cipher = openssl_encrypt($plain, 'aes-256-gcm', $key, OPENSSL_RAW_DATA, $nonce, $tag, $id, 16);
unset($plain);
$folder = folder("$config[documents_dir]/$town/php" . substr($hex, -2));
$out = fopen("$folder/$hex.part", 'xb');
if ($out === false || fwrite($out, $nonce . $tag) === false
    || fwrite($out, $cipher) !== $file['size'] || !fsync($out) || !fclose($out)
    || !rename("$folder/$hex.part", "$folder/$hex")) {
    refuse(507, 'disk');
}
$added = Db::run($pdo, 'INSERT INTO document (id, town_id, submission_id, vorgang_id, field,'
    . ' media_type, size, cipher_sha256, meta, origin, created_at)'
    . ' SELECT _binary ?, ?, _binary ?, NULL, ?, ?, ?, _binary ?, _binary ?, 0, ? FROM draft'
    . ' WHERE town_id = ? AND submission_id = _binary ? LOCK IN SHARE MODE', [
    $id, $town, $submission, $_POST['field'] ?? '', $type, $file['size'],
    Crypto::digest($nonce . $tag . $sha256),
    Crypto::seal($key, "document:$hex", $sha256 . basename($file['name'])), $now,
    $town, $submission])->rowCount();
if ($added === 0) {
    unlink("$folder/$hex");
    refuse(409, 'conflict');
}
http_response_code(201);
header('Content-Type: application/json');
header('Location: /dokument/' . bin2hex($submission) . "/$hex");
echo json_encode(['id' => $hex, 'name' => basename($file['name']), 'media_type' => $type,
    'size' => $file['size']]);
