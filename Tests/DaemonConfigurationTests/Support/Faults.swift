// One small configuration per fault, and the line that `check` prints of it.

import Testing

/// A working configuration with one thing wrong in it.
struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let members: String
    let line: String

    init(_ name: String, _ members: String, _ line: String) {
        self.name = name
        self.members = members
        self.line = line
    }

    var testDescription: String { name }
}

extension Fault {
    static let ofValues = [
        Fault(
            "interval is a word", #""event.poller.refresh_interval": "abc""#,
            #"event.poller.refresh_interval: "abc" is not a number of minutes; write a number above 0, such as 15, or "auto""#
        ),
        Fault(
            "interval is zero", #""event.poller.refresh_interval": 0"#,
            #"event.poller.refresh_interval: 0 is not a number of minutes; write a number above 0, such as 15, or "auto""#
        ),
        Fault(
            "enabled is neither", #""event.notification.enabled": "yes""#,
            #"event.notification.enabled: "yes" is neither true nor false; write true or false"#),
        Fault(
            "vendor webhooks", #""event.vendor.type": "webhooks""#,
            "event.vendor.type: Insightly sends no webhooks of its own to subscribe to; write \"polling\""),
        Fault(
            "duration without unit", #""event.poller.overlap": 5"#,
            "event.poller.overlap: 5 is not a duration; write a number and its unit, such as 200ms, 5s, 2m, 1h or 30d"),
        Fault(
            "no time at all", #""event.notification.timeout": "0s""#,
            "event.notification.timeout: \"0s\" is no time at all; write a duration above 0, such as 15s"),
        Fault(
            "duration beyond ten years", #""store.retention": "4000d""#,
            "store.retention: \"4000d\" is longer than 3650d; write 3650d or less"),
        Fault(
            "interval beyond the longest", #""event.poller.refresh_interval": 1000000000"#,
            "event.poller.refresh_interval: 1000000000 is more than 999999999 minutes; write 999999999 or less"),
        Fault(
            "more requests a day than are counted", #""insightly.daily_limit": 5000000000"#,
            "insightly.daily_limit: 5000000000 is more than 1000000000; write a whole number such as 60000"),
        Fault(
            "faster than can be paced", #""event.notification.requests_per_second": 200000"#,
            "event.notification.requests_per_second: 200000 is more than 100000; "
                + "write a number such as 10, or null for no cap"),
        Fault(
            "pod is a host", #""insightly.pod": "api.na1.example.com""#,
            "insightly.pod: \"api.na1.example.com\" is not a pod; write letters and a number, such as \"na1\""),
        Fault(
            "base URL in the clear", #""insightly.base_url": "http://proxy.example.com/v3.1""#,
            "insightly.base_url: http to proxy.example.com would show the API key to the network; "
                + "write https; http is for loopback only"),
        Fault(
            "too fast for Insightly", #""insightly.requests_per_second": 11"#,
            "insightly.requests_per_second: 11.0 is more than Insightly allows; "
                + "write 10 or less; more only together with \"insightly.base_url\""),
        Fault(
            "share above one", #""insightly.quota_share": 80"#,
            "insightly.quota_share: 80 is not a share from 0 to 1; write one such as 0.8"),
        Fault(
            "half a request", #""insightly.daily_limit": 0.5"#,
            "insightly.daily_limit: 0.5 is not a number of requests a day; write a whole number such as 60000"),
        Fault(
            "unknown start", #""event.poller.start": "yesterday""#,
            "event.poller.start: \"yesterday\" is not a start; "
                + "write \"now\", \"beginning\" or a time such as \"2026-11-23T19:04:05Z\""),
        Fault(
            "format of nobody", #""event.notification.format": "xml""#,
            "event.notification.format: \"xml\" is not known here; "
                + "write \"standard\", \"cloudevents\" or \"cloud-elements\""),
        Fault(
            "schedule is a number", #""event.notification.retry.schedule": 5"#,
            "event.notification.retry.schedule: 5 is not a list of durations; "
                + "write \"standard\" or a list such as [\"5s\", \"1m\", \"1h\"]"),
        Fault(
            "network without sense", #""event.notification.allowed_networks": ["10.0.0.0/33"]"#,
            "event.notification.allowed_networks[0]: \"10.0.0.0/33\" is not a network; "
                + "write a list such as [\"10.0.0.0/8\", \"fd00::/8\"]"),
        Fault(
            "credential that is a path", #""insightly.api_key": {"credential": "../x"}"#,
            "insightly.api_key: has a path in \"credential\"; write the name of a credential, or {\"file\": PATH}"),
        Fault(
            "url that leads out of the API", #""event.poller.configuration": {"contacts": {"url": "/../Users"}}"#,
            "event.poller.configuration.contacts.url: \"/../Users\" leads out of the API; "
                + "write a path such as /Contacts/Search"),
        Fault(
            "milliseconds with a quote too many",
            #""event.poller.configuration": {"contacts": {"datesConfiguration": {"updatedDateFormat": "milliseconds'"}}}"#,
            "event.poller.configuration.contacts.datesConfiguration.updatedDateFormat: "
                + "\"milliseconds'\" is the word milliseconds with more around it; write milliseconds"),
        Fault(
            "listens on nothing", #""admin.listen": "9464""#,
            "admin.listen: \"9464\" is not an address to listen on; "
                + "write HOST:PORT such as \"127.0.0.1:9464\", \"unix:/run/insightly-webhooks/admin.sock\" or null"),
        Fault(
            "log level of elsewhere", #""log.level": "warn""#,
            "log.level: \"warn\" is not known here; write \"trace\", \"debug\", \"info\", \"notice\", \"warning\", "
                + "\"error\" or \"critical\""),
    ]

    static let ofDocuments = [
        Fault(
            "unknown key", #""event.poller.refresh_intervall": 15"#,
            "event.poller.refresh_intervall: is not a known key; "
                + "the nearest known one is \"event.poller.refresh_interval\""),
        Fault(
            "key of nobody", #""base.url": "https://api.example.com""#,
            "base.url: is not a known key; take it out, or look for the key in docs/configuration.md"),
        Fault(
            "nested object", #""store": {"path": "/tmp/x"}"#,
            "store: is an object; keys are flat here; write \"store.path\": …"),
        Fault(
            "nested object with a slip", #""log": {"levl": "info"}"#,
            "log.levl: is not a known key; the nearest known one is \"log.level\", written flat"),
        Fault(
            "password outside an instance document", #""password": "hush""#,
            "password: is a key of the vendor's instance documents only; write the API key as \"insightly.api_key\""),
        Fault(
            "key twice", "\"log.level\": \"info\",\n\"log.level\": \"debug\"",
            "log.level: is there twice (again on line 7); keep one"),
        Fault(
            "broken text of resources", #""event.poller.configuration": "{\"contacts\": }""#,
            "event.poller.configuration: the JSON in this text is broken at line 1, column 14; "
                + "put there a value: a text in double quotes, a number, true, false, null, { or ["),
    ]

    static let ofResources = [
        Fault(
            "the same object twice", #""accounts": {}, "organisations": {}"#,
            "organisations: means the same object as \"accounts\"; keep one of the two"),
        Fault(
            "unknown key in a block", #""contacts": {"idfeild": "CONTACT_ID"}"#,
            "contacts.idfeild: is not a known key; the nearest known one is \"idField\""),
        Fault(
            "unknown key among dates", #""contacts": {"datesConfiguration": {"updatedField": "X"}}"#,
            "contacts.datesConfiguration.updatedField: is not a known key; "
                + "the nearest known one is \"updatedDateField\""),
        Fault(
            "unknown resource without id", #""widgets": {"url": "/Widgets/Search?updated_after_utc=${epoch}"}"#,
            "widgets.idField: is missing; write the field that holds a record's id, such as \"CONTACT_ID\""),
        Fault(
            "unknown resource without URL", #""Fruit__c": {"idField": "RECORD_ID"}"#,
            "Fruit__c.url: is missing; write one such as "
                + "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
        Fault(
            "misspelled resource", #""contcts": {"idField": "CONTACT_ID"}"#,
            "contcts.url: is missing; write one such as "
                + "/contcts/Search?updated_after_utc=${gmtDate:yyyy-MM-dd'T'HH:mm:ss'Z'}; or did you mean the resource "
                + "\"contacts\"?"),
        Fault(
            "stray quote in a pattern",
            #""leads": {"datesConfiguration": {"updatedDateFormat": "yyyy-MM-dd'T'HH:mm:ssXXX'"}}"#,
            "leads.datesConfiguration.updatedDateFormat: \"yyyy-MM-dd'T'HH:mm:ssXXX'\" has a quote that is not closed; "
                + "leave out the last quote: yyyy-MM-dd'T'HH:mm:ssXXX"),
        Fault(
            "zone of nowhere", #""leads": {"datesConfiguration": {"createdDateTimezone": "Mars"}}"#,
            "leads.datesConfiguration.createdDateTimezone: \"Mars\" is not a zone known here; "
                + "write GMT, an offset such as -06:00, or a place such as America/Denver"),
        Fault(
            "URL with an unknown template", #""leads": {"url": "/Leads/Search?updated_after_utc=${now}"}"#,
            "leads.url: ${now} is not a known template; write ${gmtDate:FORMAT}, ${date:FORMAT}, "
                + "${dateTimeZone:ZONE:FORMAT}, ${epoch} or ${epoch:s}"),
        Fault(
            "id that is no path", #""leads": {"idField": "['LEAD_ID"}"#,
            "leads.idField: \"['LEAD_ID\" is not a path; "
                + "write a field's name such as CONTACT_ID, or a path such as user.id or ['Modified Time']"),
        Fault(
            "page of nothing", #""leads": {"pageSize": 0}"#,
            "leads.pageSize: 0 is not a number of records; write 1 to 500"),
        Fault(
            "delay of more than a year", #""leads": {"pollDelay": 40000000}"#,
            "leads.pollDelay: 40000000 is more than 31536000; "
                + "write a number of seconds without a unit, such as 10"),
        Fault(
            "key of nobody in a block", #""leads": {"transformations": []}"#,
            "leads.transformations: is not a known key; take it out, or look for the key in docs/configuration.md"),
        Fault(
            "delay with a unit", #""leads": {"pollDelay": "30s"}"#,
            "leads.pollDelay: \"30s\" is not a number of whole seconds; "
                + "write a number of seconds without a unit, such as 10"),
        Fault(
            "interval of a resource is a word", #""leads": {"refresh_interval": "often"}"#,
            #"leads.refresh_interval: "often" is not a number of minutes; write a number above 0, such as 15, or "auto""#
        ),
        Fault(
            "ignored fields in one text", #""leads": {"ignoreFields": "A,B"}"#,
            "leads.ignoreFields: \"A,B\" is not a list of fields; "
                + "write a list such as [\"LAST_ACTIVITY_DATE_UTC\", \"/CUSTOMFIELDS/Score__c\"]"),
        Fault(
            "block is a number", #""leads": 15"#, "leads: 15 is not a resource's block; write an object in braces"),
    ]
}
