// A receiver for Java 17 or newer, on the JDK's own server: genuine events, each once, on disk before it is answered,
// and without gaps. It needs Gson (Debian: libgoogle-gson-java); `java -cp /usr/share/java/gson.jar Receiver.java` runs
// it. The environment says
//
//   WEBHOOK_SECRET  the signature key, whsec_…; while keys rotate, several with a space between
//   PORT, INBOX     8080 and inbox.jsonl if left out
//   EVENTS_URL      the daemon's http://127.0.0.1:9464/v1/events, where missed events are fetched; left out: nowhere
//   EVENTS_TOKEN    the token that is asked for there, if one is
//
// What you do with events comes after this: INBOX has one a line, as {id, sequence, body}. It keeps all ids in memory:
// take your database where there are many.

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receiver {
    static boolean isGenuine(String secret, Headers headers, byte[] body) throws GeneralSecurityException {
        String id = headers.getFirst("webhook-id"), timestamp = headers.getFirst("webhook-timestamp");
        String signatures = headers.getFirst("webhook-signature");
        if (id == null || timestamp == null || signatures == null) return false;
        try {
            long now = System.currentTimeMillis() / 1000;
            if (Math.abs(Math.subtractExact(now, Long.parseLong(timestamp))) > 300) return false;
        } catch (NumberFormatException | ArithmeticException notATime) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        String code = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        byte[] expected = code.getBytes(StandardCharsets.UTF_8);
        boolean genuine = false;
        for (String entry : signatures.split(" ")) {
            genuine |= MessageDigest.isEqual(expected, entry.getBytes(StandardCharsets.UTF_8));
        }
        return genuine;
    }

    /** The events in the file, and the sequence up to which nothing is missing. */
    static class Inbox {
        private final FileChannel file;
        private final Set<String> ids = new HashSet<>();
        private final TreeSet<Long> ahead = new TreeSet<>(); // sequences behind a gap
        private long mark = 0;

        Inbox(Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            try (var lines = Files.lines(path)) {
                lines.forEach(line -> {
                    try {
                        remember(JsonParser.parseString(line).getAsJsonObject());
                    } catch (JsonParseException | IllegalStateException cutShort) {
                        // By a crash: what the line held was never answered with success.
                    }
                });
            }
        }

        /** A repeat is known by its id, and changes nothing. The event is on disk when this returns. */
        synchronized void store(JsonObject event, String body) throws IOException {
            String id = event.get("id").getAsString();
            if (ids.contains(id)) return;
            JsonObject entry = new JsonObject();
            entry.addProperty("id", id);
            entry.addProperty("sequence", sequence(event));
            entry.addProperty("body", body);
            write(entry);
            System.out.println(event.get("type").getAsString() + " " + data(event).get("id").getAsString());
        }

        /** Up to this sequence nothing more is to be had. */
        synchronized void reach(long sequence) throws IOException {
            if (sequence <= mark) return;
            JsonObject entry = new JsonObject();
            entry.addProperty("mark", sequence);
            write(entry);
        }

        synchronized long mark() {
            return mark;
        }

        synchronized boolean hasGap() {
            return !ahead.isEmpty();
        }

        /** Each line begins with its line end: what a crash cuts short spoils none that follows. */
        private void write(JsonObject entry) throws IOException {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode("\n" + entry);
            while (bytes.hasRemaining()) file.write(bytes);
            file.force(false);
            remember(entry);
        }

        private void remember(JsonObject entry) {
            if (entry.has("mark")) {
                mark = Math.max(mark, entry.get("mark").getAsLong());
            } else {
                ids.add(entry.get("id").getAsString());
                ahead.add(entry.get("sequence").getAsLong());
            }
            while (!ahead.isEmpty() && ahead.first() <= mark + 1) mark = Math.max(mark, ahead.pollFirst());
        }
    }

    static JsonObject data(JsonObject event) {
        return event.getAsJsonObject("data");
    }

    static long sequence(JsonObject event) {
        return data(event).get("sequence").getAsLong();
    }

    static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    static final List<String> secrets =
        Stream.of(variable("WEBHOOK_SECRET", "").split(" ")).filter(secret -> !secret.isEmpty()).toList();
    static final String eventsURL = variable("EVENTS_URL", null), eventsToken = variable("EVENTS_TOKEN", null);
    static final Semaphore gaps = new Semaphore(0);
    static Inbox inbox;

    /** The status to answer with. An event that is taken is on disk by then. */
    static int take(Headers headers, byte[] body) throws IOException, GeneralSecurityException {
        boolean genuine = false;
        for (String secret : secrets) genuine |= isGenuine(secret, headers, body);
        if (!genuine) return 401;
        String text = new String(body, StandardCharsets.UTF_8);
        JsonObject event;
        try {
            event = JsonParser.parseString(text).getAsJsonObject();
            event.get("id").getAsString();
            sequence(event);
        } catch (RuntimeException notAnEvent) {
            return 400;
        }
        inbox.store(event, text);
        if (inbox.hasGap()) gaps.release();
        return 204;
    }

    /** Everything that the daemon's log has after the mark, a page at a time. */
    static void catchUp(HttpClient client) throws IOException, InterruptedException {
        boolean hasMore = true;
        while (hasMore) {
            URI page = URI.create(eventsURL + "?after=" + inbox.mark() + "&limit=100");
            HttpRequest.Builder request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(30));
            if (eventsToken != null) request.header("Authorization", "Bearer " + eventsToken);
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) throw new IOException("it answered " + answer.statusCode());
            JsonObject said = JsonParser.parseString(answer.body()).getAsJsonObject();
            // Gson writes each number with the digits that it read.
            for (var event : said.getAsJsonArray("events")) inbox.store(event.getAsJsonObject(), event.toString());
            for (var gone : said.getAsJsonArray("missing")) {
                tellGone(gone.getAsJsonObject().get("from").getAsLong(), gone.getAsJsonObject().get("to").getAsLong());
            }
            for (var one : said.getAsJsonArray("unreadable")) tellGone(one.getAsLong(), one.getAsLong());
            inbox.reach(said.get("next_after").getAsLong());
            hasMore = said.get("has_more").getAsBoolean();
        }
    }

    static void tellGone(long from, long to) {
        System.err.println(
            "events " + from + " to " + to + " are not to be had any more: read their records from Insightly");
    }

    /** At the start, and where an event shows that others are missing. */
    static void keepUp() {
        HttpClient client = HttpClient.newHttpClient();
        boolean isBehind = true;
        while (true) {
            try {
                if (isBehind || inbox.hasGap()) catchUp(client);
                isBehind = false;
                gaps.acquire();
                // What is only on its way arrives meanwhile.
                Thread.sleep(1000);
                gaps.drainPermits();
            } catch (InterruptedException stop) {
                return;
            } catch (IOException | RuntimeException problem) {
                System.err.println("cannot catch up from " + eventsURL + ", trying again: " + problem);
                isBehind = true;
                try {
                    Thread.sleep(5000);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (secrets.isEmpty()) throw new IllegalStateException("WEBHOOK_SECRET is not set");
        inbox = new Inbox(Path.of(variable("INBOX", "inbox.jsonl")));
        int port = Integer.parseInt(variable("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", exchange -> {
            int status = 500;
            try {
                status = take(exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes());
            } catch (IOException | GeneralSecurityException | RuntimeException problem) {
                System.err.println(problem);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        if (eventsURL != null) new Thread(Receiver::keepUp).start();
    }
}
