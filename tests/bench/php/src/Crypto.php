<?php
declare(strict_types=1);

/* Envelope encryption, blind index, ids: the same bytes as the C programs'. */
final class Crypto
{
    private const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

    public static function seal(string $key, string $context, string $plain): string
    {
        $nonce = random_bytes(12);
        $cipher = openssl_encrypt($plain, 'aes-256-gcm', $key,
            OPENSSL_RAW_DATA, $nonce, $tag, $context, 16);
        return $nonce . $cipher . $tag;
    }

    public static function open(string $key, string $context, string $sealed): string
    {
        $plain = openssl_decrypt(substr($sealed, 12, -16), 'aes-256-gcm', $key,
            OPENSSL_RAW_DATA, substr($sealed, 0, 12), substr($sealed, -16), $context);
        if ($plain === false) {
            throw new RuntimeException("a sealed value does not open as \"$context\"");
        }
        return $plain;
    }

    public static function blindIndex(string $key, string $kind, string $folded): string
    {
        return substr(hash_hmac('sha256', "$kind\0$folded", $key, true), 0, 16);
    }

    public static function digest(string $data): string
    {
        return openssl_digest($data, 'sha256', true);
    }

    public static function uuid7(): string
    {
        $now = microtime(true) * 1000;
        $ms = (int)$now;
        $fraction = (int)(($now - $ms) * 4096);
        $tail = random_bytes(8);
        $tail[0] = chr(0x80 | (ord($tail[0]) & 0x3f));
        return substr(pack('J', $ms), 2) . pack('n', 0x7000 | $fraction) . $tail;
    }

    /* Hash of an event over its parts, each with its length before it. */
    public static function eventHash(string $vorgang, int $seq, string $kind, int $atMs,
        int $actor, bool $isPublic, string $data, string $previous): string
    {
        $all = '';
        foreach ([$vorgang, pack('N', $seq), $kind, pack('J', $atMs), chr($actor),
            chr((int)$isPublic), $data, $previous] as $part) {
            $all .= pack('J', strlen($part)) . $part;
        }
        return self::digest($all);
    }

    public static function characters(int $n): string
    {
        $out = '';
        foreach (unpack('C*', random_bytes($n)) as $byte) {
            $out .= self::ALPHABET[$byte & 31];
        }
        return $out;
    }

    /* Nine random characters and their check character. */
    public static function reference(): string
    {
        $text = self::characters(9);
        $sum = 0;
        for ($i = 0; $i < 9; $i++) {
            $sum = self::step($sum) ^ strpos(self::ALPHABET, $text[$i]);
        }
        return $text . self::ALPHABET[self::step($sum)];
    }

    private static function step(int $sum): int
    {
        $sum <<= 1;
        return $sum & 32 ? $sum ^ 0x25 : $sum;
    }

    public static function token(string $bytes): string
    {
        $bits = 0;
        $n = 2;
        $out = '';
        foreach (unpack('C*', $bytes) as $byte) {
            $bits = $bits << 8 | $byte;
            for ($n += 8; $n >= 5; $n -= 5) {
                $out .= self::ALPHABET[$bits >> ($n - 5) & 31];
            }
            $bits &= 31;
        }
        return strtolower($out);
    }

    public static function tokenBytes(string $token): ?string
    {
        if (!preg_match('/^[0-7][0-9a-hjkmnp-tv-z]{25}$/', $token)) {
            return null;
        }
        $bits = 0;
        $n = 0;
        $out = '';
        foreach (str_split(strtoupper($token)) as $i => $c) {
            $bits = $bits << 5 | strpos(self::ALPHABET, $c);
            $n += $i === 0 ? 3 : 5;
            if ($n >= 8) {
                $n -= 8;
                $out .= chr($bits >> $n & 255);
                $bits &= (1 << $n) - 1;
            }
        }
        return $out;
    }

    public static function grouped(string $s): string
    {
        return substr($s, 0, 4) . '-' . substr($s, 4, 4) . '-' . substr($s, 8);
    }
}
