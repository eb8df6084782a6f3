# For servers that speak PSGI.

use strict;
use warnings;
use Digest::SHA qw(hmac_sha256);
use IO::Handle;
use JSON::PP qw(decode_json);
use MIME::Base64 qw(decode_base64 encode_base64);

my $key = decode_base64($ENV{WEBHOOK_SECRET} =~ s/^whsec_//r);

sub {
    my $env = shift;
    my ($body, $rest) = ('', $env->{CONTENT_LENGTH});
    while ($rest > 0) {
        my $count = $env->{'psgi.input'}->read($body, $rest, length $body) or last;
        $rest -= $count;
    }
    return [413, ['Content-Length', 0], []] if length $body > $ENV{LARGEST_BODY};
    my $content = "$env->{HTTP_WEBHOOK_ID}.$env->{HTTP_WEBHOOK_TIMESTAMP}.$body";
    my $expected = 'v1,' . encode_base64(hmac_sha256($content, $key), '');
    my $genuine = grep { $_ eq $expected } split / /, $env->{HTTP_WEBHOOK_SIGNATURE};
    open my $log, '>>', $ENV{RECEIVED} or die $!;
    if (!$genuine) {
        syswrite $log, "forged\n";
        return [401, ['Content-Length', 0], []];
    }
    my $data = decode_json($body)->{data};
    syswrite $log, "$env->{HTTP_WEBHOOK_ID} $data->{resource}/$data->{id} $data->{sequence}\n";
    return [200, ['Content-Length', 0], []];
}
