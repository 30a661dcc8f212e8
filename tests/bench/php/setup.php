<?php
/*
 * setup.php DIR HOST PORT: prints the twin's configuration for the stack below
 * DIR as a PHP file, which opcache then holds: town, keys, departments, texts
 * and the frame of its pages.
 */
declare(strict_types=1);

require __DIR__ . '/src/Crypto.php';

[, $dir, $host, $port] = $argv;
$root = dirname(__DIR__, 3);

$pdo = new PDO("mysql:unix_socket=$dir/run/db.sock;dbname=torhaus",
    'torhaus_admin', trim(file_get_contents("$dir/secrets/admin.password")),
    [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);

$town = $pdo->query("SELECT t.id, t.name, t.town_key FROM town t JOIN town_host h"
    . ' ON h.town_id = t.id WHERE h.host = ' . $pdo->quote($host))
    ->fetch(PDO::FETCH_ASSOC);
$master = hex2bin(trim(file_get_contents("$dir/secrets/master.key")));
$key = Crypto::open($master, 'key', $town['town_key']);

$departments = [];
foreach ($pdo->query('SELECT id, slug, name, phone, address, hours FROM department'
    . " WHERE town_id = {$town['id']}", PDO::FETCH_ASSOC) as $d) {
    $departments[$d['slug']] = $d;
}
$versions = [];
foreach ($pdo->query('SELECT s.slug, ts.service_version_id FROM town_service ts'
    . " JOIN service s ON s.id = ts.service_id WHERE ts.town_id = {$town['id']}",
    PDO::FETCH_ASSOC) as $row) {
    $versions[$row['slug']] = (int)$row['service_version_id'];
}

$texts = json_decode(file_get_contents(
    "$root/fcgi-apps/services/maengelmeldung/texts.de.json"), true)
    + json_decode(file_get_contents("$root/fcgi-apps/texts/status.de.json"), true);
$settings = json_decode(file_get_contents(
    "$root/fcgi-apps/services/demo/quellstadt.json"), true)
    ['services']['maengelmeldung']['settings'];

// Header and footer of the stack's own pages.
$page = file_get_contents("http://127.0.0.1:$port/vorgang/", false,
    stream_context_create(['http' => ['header' => "Host: $host"]]));
$title = strpos($page, '<title>') + 7;
$head = substr($page, 0, $title) . '%s'
    . str_replace('%', '%%', substr($page, strpos($page, ' – ', $title)));
$head = substr($head, 0, strpos($head, '>', strpos($head, '<main')) + 1);
$foot = substr($page, strpos($page, '</main>'));

echo '<?php return ', var_export([
    'dsn' => "mysql:unix_socket=$dir/run/db.sock;dbname=torhaus;charset=utf8mb4",
    'password' => [
        'forms' => trim(file_get_contents("$dir/secrets/forms.password")),
        'status' => trim(file_get_contents("$dir/secrets/status.password")),
        'documents' => trim(file_get_contents("$dir/secrets/documents.password")),
    ],
    'documents_dir' => "$dir/documents",
    'public' => "http://$host:$port",
    'town_id' => (int)$town['id'],
    'town_name' => $town['name'],
    'town_key' => $key,
    'index_key' => hash_hkdf('sha256', $key, 32, 'blind-index'),
    'departments' => $departments,
    'department_slugs' => array_column($departments, 'slug', 'id'),
    'versions' => $versions,
    'texts' => $texts,
    'settings' => $settings,
    'head' => $head,
    'foot' => $foot,
], true), ";\n";
