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

/**
 * The objects of an answer of the log as they stand there, its events first: a large number that is decoded and encoded
 * comes out as another.
 */
function texts_in(string $answer): array
{
    [$texts, $depth, $start, $is_text] = [[], 0, 0, false];
    for ($at = 0; $at < strlen($answer); $at++) {
        $at += strcspn($answer, $is_text ? '"\\' : '"{}', $at);
        switch ($answer[$at] ?? null) {
            case '\\':
                $at++;
                break;
            case '"':
                $is_text = !$is_text;
                break;
            case '{':
                $start = ++$depth === 2 ? $at : $start;
                break;
            case '}':
                if (--$depth === 1) {
                    $texts[] = substr($answer, $start, $at - $start + 1);
                }
        }
    }
    return $texts;
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
        $this->reach(0);
        $this->database->exec('COMMIT');
        if ($insert->rowCount() === 1) {
            file_put_contents('php://stderr', "{$event->type} {$event->data->id}\n");
        }
    }

    /** The mark goes on to this, and as far as events follow it without a gap. */
    private function reach(int $sequence): void
    {
        $this->database->prepare('
            WITH RECURSIVE whole (sequence) AS (
                SELECT max(sequence, CAST(? AS INTEGER)) FROM mark
                UNION SELECT event.sequence FROM event JOIN whole ON event.sequence = whole.sequence + 1)
            UPDATE mark SET sequence = (SELECT max(sequence) FROM whole)
            ')->execute([$sequence]);
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
            $texts = texts_in($answer);
            foreach ($page->events as $index => $event) {
                $this->store($event, $texts[$index]);
            }
            $unreadable = array_map(fn (int $one) => (object) ['from' => $one, 'to' => $one], $page->unreadable);
            foreach ([...$page->missing, ...$unreadable] as $gone) {
                file_put_contents('php://stderr', "events $gone->from to $gone->to are not to be had any more: "
                    . "read their records from Insightly\n");
            }
            $this->reach($page->next_after);
        } while ($page->has_more);
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
