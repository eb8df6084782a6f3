<?php
// A receiver for PHP 8 behind any server: genuine events, each once, on disk before it is answered, and without gaps.
// Of PHP itself, with PDO's SQLite (Debian: php-sqlite3). `php receiver.php` fetches what was missed: let cron run it
// each minute, for nothing runs here between two requests. The environment says
//
//   WEBHOOK_SECRET  the signature key, whsec_…; while keys rotate, several with a space between
//   INBOX           a file of SQLite, outside of what the server shows
//   EVENTS_URL      the daemon's http://127.0.0.1:9464/v1/events, where missed events are fetched; left out: nowhere
//   EVENTS_TOKEN    the token that is asked for there, if one is
//
// What you do with events comes after this: read `event` in the order of `sequence`, up to the one in `mark`.

declare(strict_types=1);

function is_genuine(string $secret, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!is_numeric($timestamp) || !(abs(time() - (float) $timestamp) <= 300)) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    $genuine = false;
    foreach (explode(' ', $signatures) as $entry) {
        $genuine = hash_equals($expected, $entry) || $genuine;
    }
    return $genuine;
}

/** The table `event`, and in `mark` the sequence up to which nothing is missing. */
final class Inbox
{
    private PDO $database;

    public function __construct(string $path)
    {
        $this->database = new PDO("sqlite:$path", null, null, [PDO::ATTR_TIMEOUT => 60]);
        $this->database->exec('
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS event_sequence ON event (sequence);
            CREATE TABLE IF NOT EXISTS mark (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL);
            INSERT OR IGNORE INTO mark VALUES (1, 0);
            ');
    }

    /** A repeat is known by its id, and changes nothing. The event is on disk when this returns. */
    public function store(object $event, string $body): void
    {
        $this->database->exec('BEGIN IMMEDIATE');
        $insert = $this->database->prepare('INSERT OR IGNORE INTO event VALUES (?, ?, ?)');
        $insert->execute([$event->id, $event->data->sequence, $body]);
        $this->database->exec('
            WITH RECURSIVE whole (sequence) AS (
                SELECT sequence FROM mark
                UNION SELECT event.sequence FROM event JOIN whole ON event.sequence = whole.sequence + 1)
            UPDATE mark SET sequence = (SELECT max(sequence) FROM whole)
            ');
        $this->database->exec('COMMIT');
        if ($insert->rowCount() === 1) {
            file_put_contents('php://stderr', "{$event->type} {$event->data->id}\n");
        }
    }

    public function hasGap(): bool
    {
        return (bool) $this->database->query(
            'SELECT ifnull(max(sequence), 0) > (SELECT sequence FROM mark) FROM event')->fetchColumn();
    }

    /** Everything that the daemon's log has after the mark, a page at a time. */
    public function catchUp(string $url, string $token): void
    {
        $context = stream_context_create(
            ['http' => ['timeout' => 30, 'header' => $token === '' ? '' : "Authorization: Bearer $token"]]);
        do {
            $after = $this->database->query('SELECT sequence FROM mark')->fetchColumn();
            $answer = file_get_contents("$url?after=$after&limit=100", false, $context);
            if ($answer === false) {
                throw new RuntimeException("cannot catch up from $url");
            }
            $page = json_decode($answer, flags: JSON_THROW_ON_ERROR);
            foreach ($page->events as $event) {
                $this->store($event, json_encode($event, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION));
                // What the log does not have any more before this one, is not to be had.
                $this->database->prepare('UPDATE mark SET sequence = max(sequence, ?)')
                    ->execute([$event->data->sequence]);
            }
        } while ($page->has_more && $page->events);
    }
}

/** The status to answer with. An event that is taken is on disk by then. */
function take(Inbox $inbox, string $body): int
{
    $header = fn (string $name): string => $_SERVER["HTTP_WEBHOOK_$name"] ?? '';
    $genuine = false;
    // An empty key would be one that everybody knows; php-fpm hands no environment on unless it is told to.
    $secrets = array_filter(explode(' ', (string) getenv('WEBHOOK_SECRET')))
        ?: throw new RuntimeException('WEBHOOK_SECRET is not set');
    foreach ($secrets as $secret) {
        $genuine = is_genuine($secret, $header('ID'), $header('TIMESTAMP'), $header('SIGNATURE'), $body) || $genuine;
    }
    if (!$genuine) {
        return 401;
    }
    $event = json_decode($body);
    if (!is_string($event->id ?? null) || !is_int($event->data->sequence ?? null)) {
        return 400;
    }
    $inbox->store($event, $body);
    return 204;
}

$url = (string) getenv('EVENTS_URL');
$inbox = new Inbox(getenv('INBOX') ?: throw new RuntimeException('INBOX is not set'));
if (PHP_SAPI === 'cli') {
    $inbox->catchUp($url, (string) getenv('EVENTS_TOKEN'));
    exit;
}
$status = take($inbox, file_get_contents('php://input'));
http_response_code($status);
if ($status !== 204) {
    header('Content-Length: 0');
}
if ($url !== '' && $inbox->hasGap()) {
    // The daemon need not wait for this.
    function_exists('fastcgi_finish_request') ? fastcgi_finish_request() : flush();
    // What is only on its way arrives meanwhile.
    sleep(1);
    if ($inbox->hasGap()) {
        $inbox->catchUp($url, (string) getenv('EVENTS_TOKEN'));
    }
}
