// The resources whose records events are of, as far as a receiver can know them.

import ChangeFeed
import DaemonConfiguration

/// One resource, seen from the receiver's side.
struct EventSubject: Sendable, Equatable {
    /// The key in `event.poller.configuration`: `data.resource`.
    let resource: ResourceName
    /// `contact` in `contact.updated`.
    let typeName: String
    let idField: FieldPath
    /// Where the record says when it was created and changed.
    let dateFields: [FieldPath]
    /// The object whose own id and dates these are, of which the API's documentation says what they look like.
    let object: InsightlyObject?

    init(_ plan: ResourcePlan) {
        resource = plan.name
        typeName = plan.typeName
        idField = plan.idField
        dateFields = [plan.createdDate, plan.updatedDate].compactMap { $0?.path }
        object = InsightlyObject.named(plan.name.text).flatMap { FieldPath($0.idField) == plan.idField ? $0 : nil }
    }

    func type(_ kind: ChangeKind) -> String { "\(typeName).\(kind.rawValue)" }
}

extension EventSubject {
    /// Every resource that needs no more configuration than its name, as the reader of configurations has them.
    static let builtIn: [EventSubject] = {
        var text = JSONText()
        text.raw("{")
        text.string(ConfigurationKey.pollerConfiguration.rawValue)
        text.raw(":{")
        for (index, object) in InsightlyObject.all.enumerated() {
            if index > 0 { text.raw(",") }
            text.string(object.keys[0])
            text.raw(":{}")
        }
        text.raw("}}")
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        guard case .success(let settings) = DaemonSettings.read(text.bytes, secrets: nothing).outcome else {
            preconditionFailure("a configuration that names every built-in resource is not right")
        }
        return settings.accounts.flatMap(\.polling.resources).map(EventSubject.init)
    }()
}
