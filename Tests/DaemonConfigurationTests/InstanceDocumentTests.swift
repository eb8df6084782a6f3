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
}
