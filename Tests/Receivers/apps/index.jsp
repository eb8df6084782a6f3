<%@ page import="java.nio.charset.StandardCharsets,java.nio.file.*,java.security.MessageDigest,java.util.*,java.util.regex.*,javax.crypto.Mac,javax.crypto.spec.SecretKeySpec" %><%--
    For Tomcat. There is no reader of JSON in what comes with it: the record is found where the daemon writes it.
--%><%
    byte[] body = request.getInputStream().readAllBytes();
    if (body.length > Integer.parseInt(System.getenv("LARGEST_BODY"))) {
        response.setStatus(413);
        return;
    }
    String id = request.getHeader("webhook-id");
    byte[] key = Base64.getDecoder().decode(System.getenv("WEBHOOK_SECRET").substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    mac.update((id + "." + request.getHeader("webhook-timestamp") + ".").getBytes(StandardCharsets.UTF_8));
    byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
    boolean genuine = false;
    for (String entry : request.getHeader("webhook-signature").split(" ")) {
        genuine |= MessageDigest.isEqual(expected, entry.getBytes(StandardCharsets.UTF_8));
    }
    String text = new String(body, StandardCharsets.UTF_8);
    Matcher data = Pattern.compile("\"sequence\":(\\d+),\"resource\":\"(\\w+)\",\"id\":\"(\\d+)\"").matcher(text);
    String line = !genuine || !data.find()
        ? "forged\n" : id + " " + data.group(2) + "/" + data.group(3) + " " + data.group(1) + "\n";
    Files.writeString(Path.of(System.getenv("RECEIVED")), line, StandardOpenOption.APPEND);
    response.setStatus(genuine ? 200 : 401);
%>
