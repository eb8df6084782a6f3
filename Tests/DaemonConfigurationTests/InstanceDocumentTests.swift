// The vendor's whole instance document.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("An instance document")
struct InstanceDocumentTests {
    /// As the vendor's documentation has it for Insightly.
    private func document(_ format: String = #", "event.notification.format": "standard""#, beside: String = "")
        -> String
    {
        """
        {"element": {"key": "insightly"}, "providerData": {"code": "Code on Return the URL"},
         "configuration": {
            "username": "someone@example.com", "password": "0a1b2c3d-key",
            "event.notification.enabled": "true", "event.vendor.type": "polling",
            "event.notification.callback.url": "https://example.com/in",
            "event.notification.signature.key": "MySecretEventSignatureKey",
            "event.notification.type": "webhook", "event.poller.refresh_interval": "5",
            "event.poller.configuration": {
              "contacts": {"url": "/hubs/crm/contacts?where=updated_after_utc='${gmtDate:yyyy-MM-dd HH:mm:ss}'",
                           "idField": "CONTACT_ID", "datesConfiguration": {
                             "updatedDateField": "DATE_UPDATED_UTC", "updatedDateFormat": "yyyy-MM-dd HH:mm:ss",
                             "updatedDateTimezone": "GMT", "createdDateField": "DATE_CREATED_UTC",
                             "createdDateFormat": "yyyy-MM-dd HH:mm:ss", "createdDateTimezone": "GMT"}},
              "leads": {}, "opportunities": {}}\(format)},
         "tags": ["a"], "name": "my insightly", "id": 404\(beside)}
        """
    }

    @Test("is accepted as it is, its password being the API key")
    func accepted() throws {
        let reading = Sample.read(document())
        let settings = try reading.outcome.get()
        #expect(settings.polling.enabled && settings.api?.apiKey == Secret("0a1b2c3d-key"))
        #expect(settings.polling.resources.map(\.name.text) == ["contacts", "leads", "opportunities"])
        #expect(settings.polling.resources.allSatisfy { $0.interval == .every(.minutes(5)) })
        #expect(settings.endpoint?.signatureKeys == [SigningKey(bytes: Array("MySecretEventSignatureKey".utf8))])
        #expect(reading.warnings.map(\.key) == ["event.notification.type", "insightly.pod"])
    }

    @Test("is sent what the platform would send, unless it says otherwise, under the name and number it has")
    func format() throws {
        let settings = try Sample.read(document("")).outcome.get()
        #expect(settings.endpoint?.format == .cloudElements)
        #expect(settings.notification?.instance == ElementsInstance(id: 404, name: "my insightly"))
        #expect(try Sample.read(document()).outcome.get().endpoint?.format == .standard)
    }

    @Test("has its keys inside configuration")
    func misplaced() {
        let problems = Sample.read(document(beside: #", "insightly.pod": "na1""#)).problems
        #expect(problems.map(\.key) == ["insightly.pod"])
    }

    @Test("of another service is refused")
    func otherElement() {
        let text = document().replacing("\"insightly\"}", with: "\"hubspot\"}")
        #expect(Sample.read(text).problems.map(\.key) == ["element.key"])
    }

    @Test("has an own API key go before the password")
    func bothKeys() throws {
        let key = #", "event.notification.format": "standard", "insightly.api_key": "own""#
        let reading = Sample.read(document(key))
        #expect(try reading.outcome.get().api?.apiKey == Secret("own"))
        #expect(reading.warnings.contains { $0.key == "password" })
    }

    @Test("has one warning for all keys that are not of polling, which real exports are full of")
    func foreignKeys() throws {
        let foreign = #"""
            , "event.notification.format": "standard", "base.url": "https://api.example.com/v2.2", "bulk.relations": null,
            "bulk.query.date_mask": "milliseconds", "pagination.max": "100", "filter.response.nulls": true,
            "event.notification.instance.finder": null
            """#
        let beside = #", "valid": true, "elementId": 5993, "user": {"id": 1}, "provisionInteractions": []"#
        let reading = Sample.read(document(foreign, beside: beside))
        #expect(reading.problems.isEmpty, "\(reading.problems)")
        let said = reading.warnings.filter { $0.key == "configuration" }.map(\.description)
        #expect(
            said == [
                "configuration: has 5 keys without a meaning here: base.url, bulk.relations, bulk.query.date_mask and 2 more; "
                    + "take them out, or leave them: they do nothing"
            ])
        #expect(reading.warnings.count == 3, "\(reading.warnings)")
    }

    @Test("is told a slip of the hand all the same, and a key of ours that is not there")
    func slips() {
        let slips = #", "event.poller.refresh_intervall": 5, "insightly.pdo": "na1", "store.colour": 1, "hash": 1"#
        let reading = Sample.read(document(slips))
        #expect(
            reading.problems.map(\.key) == ["event.poller.refresh_intervall", "insightly.pdo", "store.colour"])
        #expect(reading.warnings.contains { $0.wrong == "has one key without a meaning here: hash" })
    }

    @Test("has its configuration as a list of keys and values too, alone as well", arguments: [true, false])
    func list(isAlone: Bool) throws {
        let list = #"""
            [{"id": 1, "key": "password", "name": "API Key", "propertyValue": "0a1b2c3d-key"},
             {"id": 2, "key": "event.notification.enabled", "propertyValue": "true"},
             {"id": 3, "key": "event.poller.refresh_interval", "propertyValue": "5"},
             {"id": 4, "key": "event.notification.callback.url", "propertyValue": "https://example.com/in"},
             {"id": 5, "key": "event.notification.signature.key", "propertyValue": "MySecretEventSignatureKey"},
             {"id": 6, "key": "event.poller.configuration", "propertyValue": "{\"leads\": {}}"},
             {"id": 7, "key": "base.url", "propertyValue": "https://api.example.com/v2.2"},
             {"id": 8, "key": "event.notification.subscription.id"}]
            """#
        let reading = Sample.read(isAlone ? list : #"{"id": 404, "name": "mine", "configuration": \#(list)}"#)
        let settings = try reading.outcome.get()
        #expect(settings.polling.enabled && settings.api?.apiKey == Secret("0a1b2c3d-key"))
        #expect(settings.polling.resources.map(\.interval) == [.every(.minutes(5))])
        #expect(settings.endpoint?.format == .cloudElements)
        #expect(
            settings.notification?.instance == (isAlone ? ElementsInstance() : ElementsInstance(id: 404, name: "mine")))
        #expect(Set(reading.warnings.map(\.key)).isSuperset(of: ["configuration", "insightly.pod"]))
        #expect(reading.literalSecretKeys.contains("password"))
    }

    @Test("is told what is wrong in such a list")
    func brokenList() {
        let list = #"""
            {"configuration": [{"key": "log.level", "propertyValue": "info"}, {"key": "log.level", "propertyValue": "debug"},
             {"name": "x"}, 5, {"key": "", "propertyValue": 1}]}
            """#
        #expect(
            Sample.read(list).problems.map(\.key) == [
                "log.level", "configuration[2]", "configuration[3]", "configuration[4]",
            ])
    }

    @Test("with a mask where the key was is told where the key comes from")
    func masked() {
        let problems = Sample.read(document().replacing("0a1b2c3d-key", with: "********")).problems
        #expect(problems.map(\.key) == ["password"])
        #expect(problems.first?.description.contains("is a mask") == true, "\(problems)")
        #expect(problems.first?.right.contains("User Settings") == true)
    }
}
