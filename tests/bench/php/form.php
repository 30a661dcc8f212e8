<?php
/*
 * form.php FORM ANSWERS ROUNDS: the form of bench_form, judged as a PHP program
 * would that keeps its conditions as JSON-logic: the same checks of fields, the
 * same conditions, evaluated by walking the decoded tree as the JSON-logic
 * libraries do. Prints "fields N errors N" and "evaluate P50 P99" in
 * microseconds of CPU.
 */
declare(strict_types=1);

[, $formFile, $answersFile, $rounds] = $argv;
$form = json_decode(file_get_contents($formFile), true, 64, JSON_THROW_ON_ERROR);
$given = file_get_contents($answersFile);
$today = '2026-11-02';

/* ---- conditions ---- */

function is_condition_list(mixed $x): bool
{
    return is_array($x) && !array_is_list($x) && count($x) === 1;
}

/* A name means the item's member first. */
function value_at(string $name, array $scopes): mixed
{
    foreach ($scopes as $scope) {
        if (array_key_exists($name, $scope)) {
            return $scope[$name];
        }
    }
    return null;
}

function logic(mixed $rule, array $scopes, bool $isFirst = true): mixed
{
    global $today;
    if (is_string($rule)) {
        if ($rule !== '' && $rule[0] === '@') {
            return value_at(substr($rule, 1), $scopes);
        }
        return $isFirst ? value_at($rule, $scopes) : $rule;
    }
    if (!is_condition_list($rule)) {
        return $rule;
    }
    $op = array_key_first($rule);
    $args = $rule[$op];
    switch ($op) {
        case 'and':
            foreach ($args as $one) {
                if (!logic($one, $scopes)) {
                    return false;
                }
            }
            return true;
        case 'or':
            foreach ($args as $one) {
                if (logic($one, $scopes)) {
                    return true;
                }
            }
            return false;
        case 'not':
            return !logic($args, $scopes);
        case 'empty':
            $value = logic($args, $scopes);
            return $value === null || $value === '' || $value === [];
        case 'today':
            return $today;
        case 'in':
            return in_array(logic($args[0], $scopes), $args[1], false);
        case 'contains':
            return in_array($args[1], logic($args[0], $scopes) ?? [], true);
        case 'matches':
            return preg_match("~^(?:$args[1])$~u", (string)logic($args[0], $scopes)) === 1;
        case 'any':
            foreach (value_at($args[0], $scopes) ?? [] as $item) {
                if (logic($args[1], [$item, ...$scopes])) {
                    return true;
                }
            }
            return false;
        case 'sum':
            $sum = 0;
            foreach (value_at($args[0], $scopes) ?? [] as $item) {
                $sum += logic($args[1], [$item, ...$scopes]) ?? 0;
            }
            return $sum;
        case 'age':
            $from = logic($args[0], $scopes);
            $to = logic($args[1], $scopes);
            if ($from === null) {
                return null;
            }
            return (int)substr($to, 0, 4) - (int)substr($from, 0, 4) -
                (substr($to, 5) < substr($from, 5) ? 1 : 0);
        case 'add':
            return array_sum(array_map(fn ($x) => logic($x, $scopes), $args));
    }
    $x = logic($args[0], $scopes);
    $y = logic($args[1], $scopes, false);
    if ($x === null || $y === null) {
        return false;
    }
    return match ($op) {
        'eq' => $x == $y,
        'ne' => $x != $y,
        'lt' => $x < $y,
        'le' => $x <= $y,
        'gt' => $x > $y,
        'ge' => $x >= $y,
    };
}

/* ---- fields ---- */

function iban_holds(string $s): bool
{
    $s = str_replace(' ', '', strtoupper($s));
    if (preg_match('/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/', $s) !== 1) {
        return false;
    }
    $rest = 0;
    foreach (str_split(substr($s, 4) . substr($s, 0, 4)) as $c) {
        $rest = ctype_digit($c) ? ($rest * 10 + (int)$c) % 97
            : ($rest * 100 + ord($c) - 55) % 97;
    }
    return $rest === 1;
}

function tax_id_holds(string $s): bool
{
    if (preg_match('/^[1-9][0-9]{10}$/', $s) !== 1) {
        return false;
    }
    $product = 10;
    for ($i = 0; $i < 10; $i++) {
        $sum = ((int)$s[$i] + $product) % 10;
        $product = ($sum === 0 ? 10 : $sum) * 2 % 11;
    }
    return (11 - $product) % 10 === (int)$s[10];
}

function date_holds(string $s): bool
{
    return preg_match('/^(\d{4})-(\d\d)-(\d\d)$/', $s, $m) === 1 &&
        checkdate((int)$m[2], (int)$m[3], (int)$m[1]);
}

/* Text is checked for UTF-8 and brought to NFC where PHP has intl. */
function text_holds(string $s, int $max): bool
{
    return iconv_strlen($s, "UTF-8") <= $max &&
        preg_match('/[\x00-\x08\x0b\x0c\x0e-\x1f\x{202a}-\x{202e}]/u', $s) === 0;
}

function field_holds(array $field, mixed $v, string $today): bool
{
    switch ($field['type']) {
        case 'integer':
        case 'money':
            return is_int($v) && $v >= ($field['min'] ?? PHP_INT_MIN) &&
                $v <= ($field['max'] ?? PHP_INT_MAX);
        case 'decimal':
            return is_numeric($v);
        case 'yesno':
            return is_bool($v);
        case 'date':
            return date_holds($v) && (($field['max'] ?? '') !== 'today' || $v <= $today);
        case 'time':
            return preg_match('/^([01]\d|2[0-3]):[0-5]\d$/', $v) === 1;
        case 'choice':
            return in_array($v, $field['options'], true);
        case 'multi_choice':
            return array_diff($v, $field['options']) === [];
        case 'email':
            return filter_var($v, FILTER_VALIDATE_EMAIL) !== false;
        case 'phone':
            return preg_match('/^\+?[0-9 \/()-]{5,30}$/', $v) === 1;
        case 'iban':
            return iban_holds($v);
        case 'identifier':
            return tax_id_holds($v);
        case 'name':
            return text_holds($v, 200) &&
                preg_match("/^[\p{L}\p{M} '’.,-]+$/u", $v) === 1;
        default:
            if (($field['normalise'] ?? '') === 'digits') {
                $v = str_replace([' ', '.', '-', '/'], '', $v);
            }
            return text_holds($v, $field['max_length'] ?? 1000) &&
                (!isset($field['pattern']) ||
                    preg_match('~^(?:' . $field['pattern'] . ')$~u', $v) === 1);
    }
}

function judge_fields(array $fields, array $answers, array $scopes, string $today): int
{
    $errors = 0;
    foreach ($fields as $field) {
        if (isset($field['show']) && !logic($field['show'], $scopes)) {
            continue;
        }
        $v = $answers[$field['key']] ?? null;
        if ($field['type'] === 'repeat') {
            foreach ($v ?? [] as $item) {
                $errors += judge_fields($field['fields'], $item, [$item, ...$scopes], $today);
            }
        } elseif ($v === null || $v === '') {
            $errors += ($field['required'] ?? false) ? 1 : 0;
        } elseif (!field_holds($field, $v, $today)) {
            $errors++;
        }
    }
    return $errors;
}

function judge(array $form, array $answers, string $today): int
{
    $errors = 0;
    foreach ($form['pages'] as $page) {
        $errors += judge_fields($page['fields'], $answers, [$answers], $today);
    }
    foreach ($form['rules'] as $rule) {
        $items = isset($rule['scope']) ? $answers[$rule['scope']] ?? [] : [[]];
        foreach ($items as $item) {
            $errors += logic($rule['when'], [$item, $answers]) ? 1 : 0;
        }
    }
    return $errors;
}

function cpu_us(): int
{
    $u = getrusage();
    return ($u['ru_utime.tv_sec'] + $u['ru_stime.tv_sec']) * 1000000 +
        $u['ru_utime.tv_usec'] + $u['ru_stime.tv_usec'];
}

$times = [];
$errors = 0;
for ($i = 0; $i < (int)$rounds; $i++) {
    $answers = json_decode($given, true);
    $start = cpu_us();
    $errors = judge($form, $answers, $today);
    $times[] = cpu_us() - $start;
}
sort($times);
$fields = array_sum(array_map(fn ($p) => count($p['fields']), $form['pages']));
printf("form %d %d\n", $fields, $errors);
printf("evaluate %d %d\n", $times[intdiv(count($times), 2)],
    $times[intdiv(count($times) * 99, 100)]);
