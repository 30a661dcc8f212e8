<?php
declare(strict_types=1);

/* Shows a Vorgang by its link. */
require __DIR__ . '/../src/Crypto.php';
require __DIR__ . '/../src/Db.php';

const PAGES = [
    'mangel' => ['category', 'sub_category', 'asset_id', 'vehicle_plate', 'description',
        'danger', 'seen_at'],
    'ort' => ['position', 'location_text', 'similar_shown'],
    'kontakt' => ['contact_wanted', 'email', 'phone', 'name', 'publish_ok'],
];

function e(string $s): string
{
    return htmlspecialchars($s, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function not_found(array $config): never
{
    http_response_code(404);
    printf($config['head'], 'Nicht gefunden');
    echo '<h1>Diese Seite gibt es nicht</h1>', $config['foot'];
    exit;
}

$config = require $_SERVER['BENCH_CONFIG'];
$t = $config['texts'];
$token = $_SERVER['BENCH_TOKEN'];
$secret = Crypto::tokenBytes($token) ?? not_found($config);
$pdo = Db::open($config, 'status');
$rows = Db::run($pdo, 'SELECT v.id, v.service_version_id, v.department_id, v.is_closed,'
    . ' v.created_at, v.due, v.state, v.reference, v.has_attachments, v.data_key,'
    . ' IF(e.seq > 1, NULL, v.answers) AS answers, IF(e.seq > 1, NULL, v.access) AS access,'
    . ' e.seq, e.actor, e.at, e.kind, e.data'
    . ' FROM access_token a JOIN vorgang v ON v.id = a.vorgang_id'
    . ' LEFT JOIN event e ON e.vorgang_id = v.id AND e.is_public = 1'
    . ' WHERE a.hash = _binary ? AND a.town_id = ?'
    . ' AND (a.expires_at IS NULL OR a.expires_at > ?)',
    [Crypto::digest($secret), $config['town_id'], gmdate('Y-m-d H:i:s')])->fetchAll();
if ($rows === []) {
    not_found($config);
}
usort($rows, fn (array $a, array $b): int => $a['seq'] <=> $b['seq']);
$v = $rows[0];
$hex = bin2hex($v['id']);
$key = Crypto::open($config['town_key'], 'key', $v['data_key']);
$answers = json_decode(Crypto::open($key, "answers:$hex", $v['answers']), true);
$access = json_decode(Crypto::open($key, "access:$hex", $v['access']), true);
$events = [];
foreach ($rows as $row) {
    $events[] = $row + ['content' => $row['data'] === null ? []
        : json_decode(Crypto::open($key, "event:$hex:$row[seq]", $row['data']), true)];
}
$documents = $messages = [];
if ($v['has_attachments']) {
    $documents = Db::run($pdo, 'SELECT id, field, media_type, size, meta, created_at'
        . ' FROM document WHERE vorgang_id = _binary ? ORDER BY id', [$v['id']])->fetchAll();
    $messages = Db::run($pdo, 'SELECT id, sender, body, at FROM message'
        . ' WHERE vorgang_id = _binary ? ORDER BY id', [$v['id']])->fetchAll();
}
$department = $config['departments'][$config['department_slugs'][$v['department_id']]];
$zone = new DateTimeZone('Europe/Berlin');
$utc = new DateTimeZone('UTC');
$link = '/vorgang/l/' . e($token);
$reference = e(Crypto::grouped($v['reference']));
$shown = function (string $field, mixed $value) use ($t, $zone, $utc): string {
    if (is_bool($value)) {
        return $value ? 'Ja' : 'Nein';
    }
    if ($field === 'seen_at') {
        return (new DateTimeImmutable($value, $utc))->setTimezone($zone)->format('d.m.Y, H:i') . ' Uhr';
    }
    return $t["$field.option.$value"] ?? (string)$value;
};
header('Content-Type: text/html; charset=utf-8');
header('Content-Language: de');
header('Cache-Control: no-store');
ob_start();
printf($config['head'], e($t['service.name']));
?>
<h1 class="kern-heading-x-large"><?= e($t['service.name']) ?></h1><p class="th-reference"><span class="th-reference__label"><?= e($t['status.reference']) ?></span> <strong class="th-reference__value"><?= $reference ?></strong></p>
<section class="th-stack" aria-labelledby="stand"><h2 class="kern-heading-large" id="stand"><?= e($t['status.standing']) ?></h2><p><span class="kern-badge kern-badge--info"><span class="kern-icon kern-icon--info" aria-hidden="true"></span><span class="kern-label"><?= e($t["state.$v[state].label"]) ?></span></span></p><p class="kern-body"><?= e($t["state.$v[state].explain"]) ?></p><h3 class="kern-heading-medium"><?= e($t['status.next']) ?></h3><p class="kern-body"><?= e($t["state.$v[state].next"]) ?></p>
<?php if ($v['due'] !== '9999-12-31'): ?><p class="kern-body"><?= e(str_replace('{date}', date('d.m.Y', strtotime($v['due'])), $t['status.due'])) ?></p><?php endif ?></section>
<section class="th-stack" aria-labelledby="zugang"><h2 class="kern-heading-large" id="zugang"><?= e($t['status.access']) ?></h2><p class="kern-body"><?= e($t['status.access.explain']) ?></p><p class="th-reference"><span class="th-reference__label"><?= e($t['status.reference']) ?></span> <strong class="th-reference__value"><?= $reference ?></strong></p><p class="th-reference"><span class="th-reference__label"><?= e($t['status.code']) ?></span> <strong class="th-reference__value"><?= e(Crypto::grouped($access['code'])) ?></strong></p><div class="th-actions"><a class="kern-btn kern-btn--secondary" href="<?= $link ?>/beleg.pdf"><span class="kern-label"><?= e($t['status.receipt']) ?></span></a><button class="kern-btn kern-btn--tertiary th-js" type="button" data-print><span class="kern-label"><?= e($t['status.print']) ?></span></button></div></section>
<section aria-labelledby="verlauf"><h2 class="kern-heading-large" id="verlauf"><?= e($t['status.timeline']) ?></h2><ol class="th-timeline">
<?php foreach ($events as $i => $event): $at = new DateTimeImmutable($event['at'], $utc); ?>
<li class="th-timeline__item<?= $i === count($events) - 1 ? ' th-timeline__item--current" aria-current="step' : '' ?>"><p class="th-timeline__title"><?= e($t["status.event.$event[kind]"] ?? $t['status.event.other']) ?></p><p class="th-timeline__time"><time datetime="<?= $at->format('Y-m-d\TH:i:s.v\Z') ?>"><?= $at->setTimezone($zone)->format('d.m.Y, H:i') ?> Uhr</time></p></li>
<?php endforeach ?></ol></section>
<section class="th-stack" aria-labelledby="nachrichten"><h2 class="kern-heading-large" id="nachrichten"><?= e($t['status.messages']) ?></h2>
<?php if ($messages === []): ?><p class="kern-body"><?= e($t['status.messages.none']) ?></p><?php endif ?><ul class="th-messages">
<?php foreach ($messages as $m): ?><li><p><?= e(Crypto::open($key, 'message:' . bin2hex($m['id']), $m['body'])) ?></p></li><?php endforeach ?></ul>
<form class="th-form" method="post" action="<?= $link ?>/nachricht" data-form novalidate><input type="hidden" name="submission_id" value="<?= bin2hex(random_bytes(16)) ?>"><div class="kern-form-input"><label class="kern-label" for="f-text"><?= e($t['status.message.label']) ?></label><div class="kern-hint" id="f-text-hint"><?= e($t['status.message.hint']) ?></div><textarea class="kern-form-input__input" rows="5" id="f-text" name="text" maxlength="4000" data-count aria-describedby="f-text-hint"></textarea></div><div class="th-actions"><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label"><?= e($t['status.message.send']) ?></span></button></div></form></section>
<section class="th-stack" aria-labelledby="dokumente"><h2 class="kern-heading-large" id="dokumente"><?= e($t['status.documents']) ?></h2>
<?php if ($documents === []): ?><p class="kern-body"><?= e($t['status.documents.none']) ?></p><?php endif ?><ul class="th-files">
<?php foreach ($documents as $d): ?><li><?= e(substr(Crypto::open($key, 'document:' . bin2hex($d['id']), $d['meta']), 32)) ?></li><?php endforeach ?></ul>
<form class="th-form" method="post" enctype="multipart/form-data" action="<?= $link ?>/dokument"><div class="kern-form-input"><label class="kern-label" for="f-datei"><?= e($t['status.document.label']) ?></label><div class="kern-hint" id="f-datei-hint"><?= e(str_replace('{mb}', '10', $t['status.document.hint'])) ?></div><input class="kern-form-input__input" type="file" multiple id="f-datei" name="datei" accept="application/pdf,image/jpeg,image/png" aria-describedby="f-datei-hint"></div><div class="th-actions"><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label"><?= e($t['status.document.send']) ?></span></button></div></form></section>
<section class="th-stack" aria-labelledby="angaben"><h2 class="kern-heading-large" id="angaben"><?= e($t['status.answers']) ?></h2>
<?php foreach (PAGES as $page => $fields): ?>
<section class="kern-summary"><div class="kern-summary__header"><h3 class="kern-title"><?= e($t["page.$page.title"]) ?></h3></div><div class="kern-summary__body"><dl class="kern-description-list">
<?php foreach ($fields as $field): if (isset($answers[$field])): ?>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key"><?= e($t["$field.label"]) ?></dt><dd class="kern-description-list-item__value"><?= e($shown($field, $answers[$field])) ?></dd></div>
<?php endif; endforeach ?></dl></div></section>
<?php endforeach ?></section>
<section aria-labelledby="amt"><h2 class="kern-heading-large" id="amt"><?= e($t['status.office']) ?></h2><dl class="kern-description-list">
<?php foreach (['name', 'phone', 'address', 'hours'] as $what): if ($department[$what] !== ''): ?>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key"><?= e($t["status.office.$what"]) ?></dt><dd class="kern-description-list-item__value"><?= e($department[$what]) ?></dd></div>
<?php endif; endforeach ?></dl></section>
<section class="th-stack" aria-labelledby="rueckzug"><h2 class="kern-heading-large" id="rueckzug"><?= e($t['status.withdraw']) ?></h2><p class="kern-body"><?= e($t['status.withdraw.explain']) ?></p><p><a class="kern-btn kern-btn--tertiary" href="<?= $link ?>/rueckzug"><span class="kern-label"><?= e($t['status.withdraw.go']) ?></span></a></p></section>
<?php
echo $config['foot'];
header('Content-Length: ' . ob_get_length());
ob_end_flush();
