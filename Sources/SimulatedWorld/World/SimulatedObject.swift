// The objects the simulated instance has: the four kinds of record everybody polls, projects, and one of its own.

import ChangeFeed

package enum SimulatedObject: String, Sendable, CaseIterable, Hashable {
    case contacts
    case organisations
    case leads
    case opportunities
    case projects
    /// A custom object, `Fruit__c`.
    case fruit = "Fruit__c"

    /// The key this resource has in `event.poller.configuration`.
    package var resource: ResourceName { ResourceName(rawValue) }

    /// The path below `/v3.1/`, as documented; the service does not mind another case.
    package var path: String {
        switch self {
        case .contacts: "Contacts"
        case .organisations: "Organisations"
        case .leads: "Leads"
        case .opportunities: "Opportunities"
        case .projects: "Projects"
        case .fruit: "Fruit__c"
        }
    }

    /// What links call it: `OBJECT_NAME`.
    package var singular: String {
        switch self {
        case .contacts: "Contact"
        case .organisations: "Organisation"
        case .leads: "Lead"
        case .opportunities: "Opportunity"
        case .projects: "Project"
        case .fruit: "Fruit__c"
        }
    }

    var shape: ObjectShape {
        switch self {
        case .contacts: .contact
        case .organisations: .organisation
        case .leads: .lead
        case .opportunities: .opportunity
        case .projects: .project
        case .fruit: .fruit
        }
    }

    /// The object a configuration or a path names, whatever the case of its letters.
    package init?(named name: String) {
        let lowered = name.lowercased()
        guard let found = Self.allCases.first(where: { $0.path.lowercased() == lowered }) else { return nil }
        self = found
    }
}
