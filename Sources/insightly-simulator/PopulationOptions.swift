// How many records there are at the beginning.

import SimulatedWorld
import ArgumentParser
import Simulator

struct PopulationOptions: ParsableArguments {
    @Option(help: "Contacts.")
    var contacts = 200

    @Option(help: "Organisations.")
    var organisations = 80

    @Option(help: "Leads.")
    var leads = 80

    @Option(help: "Opportunities.")
    var opportunities = 60

    @Option(help: "Projects.")
    var projects = 20

    @Option(help: "Records of the custom object Fruit__c.")
    var fruit = 10

    @Option(help: "How many of the organisations weigh 100 KB each.")
    var heavyOrganisations = 1

    func validate() throws {
        let counts = [contacts, organisations, leads, opportunities, projects, fruit, heavyOrganisations]
        guard counts.allSatisfy({ (0...5_000_000).contains($0) }) else {
            throw ValidationError("A number of records must be from 0 to 5000000.")
        }
    }

    var population: Population {
        Population(
            contacts: contacts, organisations: organisations, leads: leads, opportunities: opportunities,
            projects: projects, fruit: fruit, heavyOrganisations: heavyOrganisations)
    }
}
