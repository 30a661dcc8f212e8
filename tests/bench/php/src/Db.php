<?php
declare(strict_types=1);

/* A persistent connection; emulated prepares take one round trip each. */
final class Db
{
    public static function open(array $config, string $account): PDO
    {
        return new PDO($config['dsn'], "torhaus_$account",
            $config['password'][$account], [
                PDO::ATTR_PERSISTENT => true,
                PDO::ATTR_EMULATE_PREPARES => true,
                PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
                PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            ]);
    }

    public static function time(int $ms): string
    {
        return gmdate('Y-m-d H:i:s', intdiv($ms, 1000))
            . sprintf('.%03d', $ms % 1000);
    }

    public static function run(PDO $pdo, string $sql, array $values): PDOStatement
    {
        $statement = $pdo->prepare($sql);
        $statement->execute($values);
        return $statement;
    }
}
