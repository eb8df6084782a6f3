<?php
// For `php -S` and for Apache's module.

$body = file_get_contents('php://input');
if (strlen($body) > (int) getenv('LARGEST_BODY')) {
    http_response_code(413);
    exit;
}
$id = $_SERVER['HTTP_WEBHOOK_ID'];
$key = base64_decode(preg_replace('/^whsec_/', '', getenv('WEBHOOK_SECRET')));
$content = $id . '.' . $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] . '.' . $body;
$expected = 'v1,' . base64_encode(hash_hmac('sha256', $content, $key, true));
$genuine = false;
foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE']) as $entry) {
    $genuine = $genuine || hash_equals($expected, $entry);
}
if (!$genuine) {
    file_put_contents(getenv('RECEIVED'), "forged\n", FILE_APPEND);
    http_response_code(401);
    exit;
}
$data = json_decode($body, true)['data'];
file_put_contents(getenv('RECEIVED'), "$id {$data['resource']}/{$data['id']} {$data['sequence']}\n", FILE_APPEND);
