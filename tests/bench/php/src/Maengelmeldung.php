<?php
declare(strict_types=1);

/* The form Mängelmeldung: what is asked, what is checked, what follows. */
final class Maengelmeldung
{
    public const CATEGORIES = ['street_damage', 'street_light', 'traffic_light',
        'sign_furniture', 'litter', 'abandoned_vehicle', 'graffiti', 'green',
        'playground', 'water', 'rats_pests', 'winter', 'other'];
    private const SUB = [
        'street_damage' => ['pothole', 'pavement', 'kerb'],
        'street_light' => ['lamp_dark', 'lamp_flickers', 'lamp_broken'],
        'traffic_light' => ['signal_dark', 'button_broken'],
        'sign_furniture' => ['sign', 'bollard', 'bench', 'parking_meter'],
        'litter' => ['dumped_waste', 'full_container'],
        'graffiti' => ['graffiti_plain', 'graffiti_hate'],
        'green' => ['tree', 'hedge', 'view_blocked'],
        'water' => ['gully', 'fountain', 'flooding'],
        'winter' => ['snow', 'ice'],
    ];
    private const WITH_ASSET = ['street_light', 'traffic_light', 'sign_furniture'];
    private const ROUTES = [
        'street_damage' => 'tiefbau', 'street_light' => 'stadtwerke',
        'traffic_light' => 'verkehrsbehoerde', 'sign_furniture' => 'bauhof',
        'winter' => 'bauhof', 'litter' => 'abfallwirtschaft',
        'abandoned_vehicle' => 'ordnungsamt', 'rats_pests' => 'ordnungsamt',
        'graffiti' => 'gebaeudemanagement', 'green' => 'gruenflaechen',
        'playground' => 'gruenflaechen', 'water' => 'stadtentwaesserung',
    ];
    private const TARGET_DAYS = ['street_damage' => 28, 'street_light' => 10,
        'traffic_light' => 0, 'sign_furniture' => 10, 'litter' => 3, 'graffiti' => 10];

    /** @var array<string, mixed> what the applicant said, checked */
    public array $answers = [];
    /** @var array<string, string> field => code */
    public array $errors = [];
    /** @var array<string, string> */
    public array $warnings = [];

    public function __construct(private array $input, private array $settings)
    {
        foreach ($input as $name => $value) {
            if (!is_string($value) || !preg_match('//u', $value)) {
                $this->errors[$name] = 'utf8';
                $this->input[$name] = '';
            }
        }
        $this->mangel();
        $this->ort();
        $this->kontakt();
    }

    private function text(string $name): string
    {
        return trim(str_replace("\r\n", "\n", $this->input[$name] ?? ''));
    }

    private function wrong(string $name, string $code): void
    {
        $this->errors[$name] ??= $code;
    }

    private function yesNo(string $name): bool
    {
        $value = $this->text($name);
        if ($value === '') {
            $this->wrong($name, 'required');
        } elseif ($value !== 'true' && $value !== 'false') {
            $this->wrong($name, 'type');
        }
        return $this->answers[$name] = $value === 'true';
    }

    private function line(string $name, int $min, int $max): string
    {
        $value = $this->text($name);
        $length = utf8_length($value);
        if ($value === '') {
            return '';
        }
        if (strpbrk($value, "\n\t") !== false) {
            $this->wrong($name, 'line_break');
        } elseif ($length > $max) {
            $this->wrong($name, 'too_long');
        } elseif ($length < $min) {
            $this->wrong($name, 'too_short');
        } else {
            $this->answers[$name] = $value;
        }
        return $value;
    }

    private function mangel(): void
    {
        $category = $this->text('category');
        if ($category === '') {
            $this->wrong('category', 'required');
        } elseif (!in_array($category, self::CATEGORIES, true)) {
            $this->wrong('category', 'option');
        } else {
            $this->answers['category'] = $category;
        }
        if (isset(self::SUB[$category])) {
            $sub = $this->text('sub_category');
            if ($sub !== '' && !in_array($sub, self::SUB[$category], true)) {
                $this->wrong('sub_category', 'option');
            } elseif ($sub !== '') {
                $this->answers['sub_category'] = $sub;
            }
        }
        if (in_array($category, self::WITH_ASSET, true)
            && $this->line('asset_id', 0, 20) !== '') {
            $this->answers['asset_id'] = strtoupper($this->text('asset_id'));
        }
        if ($category === 'abandoned_vehicle'
            && $this->line('vehicle_plate', 0, 15) !== '') {
            $this->answers['vehicle_plate'] = strtoupper($this->text('vehicle_plate'));
        }
        $this->description();
        $this->yesNo('danger');
        $this->seenAt();
    }

    private function description(): void
    {
        $text = $this->text('description');
        $length = utf8_length($text);
        if ($text === '') {
            $this->wrong('description', 'required');
        } elseif ($length < 10) {
            $this->wrong('description', 'too_short');
        } elseif ($length > 2000) {
            $this->wrong('description', 'too_long');
        } else {
            $this->answers['description'] = $text;
        }
        if (preg_match('/\b[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?[1-9][0-9]{0,3}[EH]?\b/u', $text)) {
            $this->warnings['description'] = 'plate_in_description';
        }
        if (preg_match('/(\+49|\b0)[0-9][0-9 \/()-]{6,}[0-9]/', $text)) {
            $this->warnings['description'] = 'phone_in_description';
        }
    }

    private function seenAt(): void
    {
        $text = $this->text('seen_at');
        if ($text === '') {
            return;
        }
        $zone = new DateTimeZone("Europe/Berlin");
        $at = DateTimeImmutable::createFromFormat('!d.m.Y H:i', $text, $zone);
        $problems = DateTimeImmutable::getLastErrors();
        if ($at === false || ($problems !== false && $problems['warning_count'] > 0)) {
            $this->wrong('seen_at', 'type');
        } elseif ($at->getTimestamp() > time()) {
            $this->wrong('seen_at', 'too_late');
        } elseif ($at->getTimestamp() < time() - 31 * 86400) {
            $this->wrong('seen_at', 'too_early');
        } else {
            $this->answers['seen_at'] = gmdate('Y-m-d\TH:i:s.000\Z', $at->getTimestamp());
        }
    }

    private function ort(): void
    {
        $position = $this->text('position');
        if ($position !== '') {
            if (!preg_match('/^(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)$/', $position, $m)
                || abs((float)$m[1]) > 90 || abs((float)$m[2]) > 180) {
                $this->wrong('position', 'type');
            } elseif (!self::isInside((float)$m[1], (float)$m[2],
                $this->settings['area']['polygon'])) {
                $this->wrong('position', 'outside_area');
            } else {
                $this->answers['position'] = "$m[1],$m[2]";
            }
        }
        $this->line('location_text', 3, 200);
        if ($position === '' && $this->text('location_text') === '') {
            $this->wrong('position', 'place_required');
        }
        $similar = strtoupper($this->line('similar_shown', 0, 20));
        if ($similar !== '') {
            if (!preg_match('/^[A-Z0-9][A-Z0-9-]{3,19}$/', $similar)) {
                $this->wrong('similar_shown', 'pattern');
            }
            $this->answers['similar_shown'] = $similar;
        }
    }

    private static function isInside(float $lat, float $lon, array $polygon): bool
    {
        $inside = false;
        $n = count($polygon);
        for ($i = 0, $k = $n - 1; $i < $n; $k = $i++) {
            [$yi, $xi] = $polygon[$i];
            [$yk, $xk] = $polygon[$k];
            if (($yi > $lat) !== ($yk > $lat)
                && $lon < ($xk - $xi) * ($lat - $yi) / ($yk - $yi) + $xi) {
                $inside = !$inside;
            }
        }
        return $inside;
    }

    private function kontakt(): void
    {
        if ($this->yesNo('contact_wanted')) {
            $this->email();
            $this->phone();
            $name = $this->line('name', 0, 120);
            if ($name !== '' && !preg_match("/^[\\p{Latin}\\p{M} '’.,\\-]+$/u", $name)) {
                $this->wrong('name', 'latin_only');
            }
        }
        $this->yesNo('publish_ok');
    }

    private function email(): void
    {
        $email = $this->text('email');
        if ($email === '') {
            $this->wrong('email', 'required');
        } elseif (preg_match('/[^\x00-\x7f]/', $email)) {
            $this->wrong('email', 'email_ascii');
        } elseif (filter_var($email, FILTER_VALIDATE_EMAIL) === false) {
            $this->wrong('email', 'email');
        } else {
            [$local, $domain] = explode('@', $email);
            $this->answers['email'] = $local . '@' . strtolower($domain);
        }
    }

    private function phone(): void
    {
        $phone = $this->text('phone');
        if ($phone === '') {
            return;
        }
        if (!preg_match('/^\+?[0-9 \-\/().]+$/', $phone)) {
            $this->wrong('phone', 'phone');
            return;
        }
        $digits = preg_replace('/[^0-9+]/', '', str_replace('(0)', '', $phone));
        if (str_starts_with($digits, '00')) {
            $digits = '+' . substr($digits, 2);
        } elseif ($digits[0] === '0') {
            $digits = '+49' . substr($digits, 1);
        }
        if (!preg_match('/^\+[1-9][0-9]{5,14}$/', $digits)) {
            $this->wrong('phone', 'phone');
            return;
        }
        $this->answers['phone'] = $digits;
    }

    public function department(): string
    {
        return self::ROUTES[$this->answers['category']] ?? 'buergerbuero';
    }

    /** @return array{priority: string, due_days: int, merged_into: string, publication: string} */
    public function outcomes(): array
    {
        $a = $this->answers;
        $high = $a['danger'] || $a['category'] === 'traffic_light'
            || ($a['sub_category'] ?? '') === 'graffiti_hate';
        $due = self::TARGET_DAYS[$a['category']] ?? 10;
        if ($a['danger']) {
            $due = $a['category'] === 'playground' ? 0 : 1;
        }
        return [
            'priority' => $high ? 'high' : 'normal',
            'due_days' => $due,
            'merged_into' => $a['similar_shown'] ?? '',
            'publication' => $a['publish_ok'] ? 'after_release' : 'no',
        ];
    }
}

/* Code points of valid UTF-8, without the extension mbstring. */
function utf8_length(string $s): int
{
    return strlen(preg_replace("/[\x80-\xbf]/", "", $s));
}
