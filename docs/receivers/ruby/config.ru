# A receiver for Rack: genuine events, each once, on disk before it is answered, and without gaps. With the gems puma
# and sqlite3 (Debian: puma, ruby-sqlite3). `puma --bind tcp://127.0.0.1:8080 config.ru` runs it, in one process. The
# environment says
#
#   WEBHOOK_SECRET  the signature key, whsec_…; while keys rotate, several with a space between
#   INBOX           a file of SQLite; inbox.sqlite3 if left out
#   EVENTS_URL      the daemon's http://127.0.0.1:9464/v1/events, where missed events are fetched; left out: nowhere
#   EVENTS_TOKEN    the token that is asked for there, if one is
#
# What you do with events comes after this: read `event` in the order of `sequence`, up to the one in `mark`.

require "json"
require "net/http"
require "openssl"
require "sqlite3"

module Signature
  def self.genuine?(secret, id, timestamp, signatures, body)
    return false unless (Time.now.to_f - Float(timestamp)).abs <= 300

    key = secret.delete_prefix("whsec_").unpack1("m")
    content = "#{id}.#{timestamp}.".b + body
    expected = "v1," + [OpenSSL::HMAC.digest("SHA256", key, content)].pack("m0")
    signatures.split(" ").map { |entry| OpenSSL.secure_compare(expected, entry) }.any?
  rescue ArgumentError, TypeError
    false # the timestamp is no number, or missing
  end
end

# The objects of an answer of the log as they stand there, its events first: 1.10 that is parsed and generated is 1.1.
module Texts
  OBJECT = /(?<object>\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+"|\g<object>)*+\})/m

  def self.in(answer)
    answer[1..].scan(OBJECT).flatten
  end
end

# The table `event`, and in `mark` the sequence up to which nothing is missing.
class Inbox
  def initialize(environment)
    @secrets = environment.fetch("WEBHOOK_SECRET").split
    raise "WEBHOOK_SECRET is empty" if @secrets.empty?
    @url, @token = environment.values_at("EVENTS_URL", "EVENTS_TOKEN").map { |value| value unless value.to_s.empty? }
    @lock = Monitor.new
    @database = SQLite3::Database.new(environment.fetch("INBOX", "inbox.sqlite3"))
    @database.busy_timeout = 60_000
    @database.execute_batch(<<~SQL)
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, body BLOB NOT NULL);
      CREATE INDEX IF NOT EXISTS event_sequence ON event (sequence);
      CREATE TABLE IF NOT EXISTS mark (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL);
      INSERT OR IGNORE INTO mark VALUES (1, 0);
    SQL
    @gaps = Queue.new
    Thread.new { keep_up } if @url
  end

  # The status to answer with. An event that is taken is on disk by then.
  def take(id, timestamp, signatures, body)
    return 401 unless @secrets.map { |secret| Signature.genuine?(secret, id, timestamp, signatures.to_s, body) }.any?

    begin
      event = JSON.parse(body)
      id, sequence = event.fetch("id"), event.fetch("data").fetch("sequence")
    rescue JSON::ParserError, KeyError, NoMethodError, TypeError
      return 400
    end
    store(id, sequence, event, body)
    @gaps << true if gap?
    204
  end

  private

  # A repeat is known by its id, and changes nothing.
  def store(id, sequence, event, body)
    is_new = false
    @lock.synchronize do
      @database.transaction(:immediate) do
        @database.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?)", [id, sequence, SQLite3::Blob.new(body)])
        is_new = @database.changes == 1
        reach(0)
      end
    end
    $stdout.write("#{event["type"]} #{event["data"]["id"]}\n") if is_new
  end

  # The mark goes on to this, and as far as events follow it without a gap.
  def reach(sequence)
    @lock.synchronize do
      @database.execute(<<~SQL, [sequence])
        WITH RECURSIVE whole (sequence) AS (
          SELECT max(sequence, ?) FROM mark
          UNION SELECT event.sequence FROM event JOIN whole ON event.sequence = whole.sequence + 1)
        UPDATE mark SET sequence = (SELECT max(sequence) FROM whole)
      SQL
    end
  end

  def value(query, *bound)
    @lock.synchronize { @database.get_first_value(query, bound) }
  end

  def gap?
    value("SELECT ifnull(max(sequence), 0) > (SELECT sequence FROM mark) FROM event") == 1
  end

  # Everything that the daemon's log has after the mark, a page at a time.
  def catch_up
    loop do
      address = URI("#{@url}?after=#{value("SELECT sequence FROM mark")}&limit=100")
      answer = Net::HTTP.get_response(address, @token ? { "Authorization" => "Bearer #{@token}" } : {})
      raise "it answered #{answer.code}" unless answer.is_a?(Net::HTTPOK)

      page = JSON.parse(answer.body)
      page["events"].zip(Texts.in(answer.body)) do |event, text|
        store(event["id"], event["data"]["sequence"], event, text)
      end
      (page["missing"] + page["unreadable"].map { |one| { "from" => one, "to" => one } }).each do |gone|
        warn "events #{gone["from"]} to #{gone["to"]} are not to be had any more: read their records from Insightly"
      end
      reach(page["next_after"])
      break unless page["has_more"]
    end
  end

  # At the start, and where an event shows that others are missing.
  def keep_up
    is_behind = true
    loop do
      catch_up if is_behind || gap?
      is_behind = false
      @gaps.pop
      # What is only on its way arrives meanwhile.
      sleep 1
      @gaps.clear
    rescue StandardError => e
      warn "cannot catch up from #{@url}, trying again: #{e.message}"
      is_behind = true
      sleep 5
    end
  end
end

$stdout.sync = true
inbox = Inbox.new(ENV)

run lambda { |environment|
  next [405, {}, []] unless environment["REQUEST_METHOD"] == "POST"

  headers = environment.values_at("HTTP_WEBHOOK_ID", "HTTP_WEBHOOK_TIMESTAMP", "HTTP_WEBHOOK_SIGNATURE")
  [inbox.take(*headers, environment["rack.input"].read), {}, []]
}
