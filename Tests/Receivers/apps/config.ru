# For servers that speak Rack.

require 'base64'
require 'json'
require 'openssl'

key = Base64.strict_decode64(ENV.fetch('WEBHOOK_SECRET').delete_prefix('whsec_'))
received = File.open(ENV.fetch('RECEIVED'), 'a')
received.sync = true
largest = Integer(ENV.fetch('LARGEST_BODY'))

run(lambda do |env|
  body = env['rack.input'].read
  next [413, { 'content-length' => '0' }, []] if body.bytesize > largest

  content = "#{env['HTTP_WEBHOOK_ID']}.#{env['HTTP_WEBHOOK_TIMESTAMP']}.".b + body.b
  expected = "v1,#{Base64.strict_encode64(OpenSSL::HMAC.digest('SHA256', key, content))}"
  unless env['HTTP_WEBHOOK_SIGNATURE'].split.any? { |entry| OpenSSL.secure_compare(entry, expected) }
    received.write("forged\n")
    next [401, { 'content-length' => '0' }, []]
  end
  data = JSON.parse(body)['data']
  received.write("#{env['HTTP_WEBHOOK_ID']} #{data['resource']}/#{data['id']} #{data['sequence']}\n")
  [200, { 'content-length' => '0' }, []]
end)
