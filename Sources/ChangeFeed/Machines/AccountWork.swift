// What passes between the machine of an account and whoever runs it.

extension AccountMachine {
    /// Who asks the API.
    package enum Asker: Sendable, Hashable {
        case resource(ResourceName)
        /// Which instance the key leads to.
        case instance

        var resource: ResourceName? {
            switch self {
            case .resource(let name): name
            case .instance: nil
            }
        }
    }

    package enum Input: Sendable {
        case wake
        case answered(Asker, APIResult)
        /// The operator says that the deletes of this resource that are held are real.
        case release(ResourceName)
        /// The operator says that nobody is to be told of the deletes of this resource that are held.
        case dismiss(ResourceName)
        /// The operator says that whatever kept requests back is mended.
        case resumeAPI
        /// The operator wants this resource looked at next.
        case pollNow(ResourceName)
        /// Somebody says that this resource has changed.
        case hint(ResourceName)
        /// The configuration says something else now.
        case plan(AccountPlan)
        case stored(Answer, question: Int)
        case storeFailed(reason: String, question: Int)
        /// Nothing new is begun from now on.
        case stop
    }

    package enum Effect: Sendable {
        case send(Asker, APIRequest)
        case store(Verb, question: Int)
        /// Requests that leave after this one are made as the plan says.
        case goBy(AccountPlan)
        /// New events are in the queue.
        case eventsQueued
        case tell(News)
        /// The key leads to another instance than the store's: nothing may go on.
        ///
        /// - Parameter cameLater: with a plan after the first: nothing else has to stop for its sake.
        case endOfAnotherInstance(known: String, found: String, cameLater: Bool)
    }

    /// What is asked of the store.
    package enum Verb: Sendable {
        /// Counts a request before it leaves.
        case count(Asker, APIRequest, RequestBudget.Memory, at: Instant)
        /// Keeps what an answer that brought no page has taught.
        case remember(RequestBudget.Memory)
        case commit(PageCommit, at: Instant)
        case learn(instance: String)
        /// Keeps that the API is tried again, as was asked for.
        case resumed(RequestBudget.Memory)
        /// Brings the resources of the store and those of the plan together.
        case adopt(AccountPlan, at: Instant)

        /// Whether a stop waits for it: what it writes would have to be asked for once more.
        var outlastsStop: Bool {
            switch self {
            // What the store goes by, pages that still come have to go by too.
            case .commit, .learn, .adopt: true
            case .count, .remember, .resumed: false
            }
        }
    }

    package enum Answer: Sendable {
        case done
        case committed(CommitSummary)
        case adopted(AccountMemory)
    }

    /// What people may want to know.
    package enum News: Sendable {
        case problem(PageProblem, ResourceName)
        case storeFailed(StoreTask, ResourceName, reason: String)
        case api(APINotice)
        case committed(PageCommit, CommitSummary, baselineEnded: Bool)
        case presence(PresenceNotice, ResourceName)
        case held(HeldChanges, ResourceName)
        case instanceLearned(String)
        case apiResumed
        case planned([ResourceAdoption.Notice])
        /// The plan before it is gone by until the store can be brought together with the new one.
        case planWaits(reason: String)
        case rests(Rest)
    }

    /// What the store was to do for a resource.
    package enum StoreTask: Sendable, Equatable {
        case count, commit
    }

    /// Why nothing goes out now.
    package struct Rest: Sendable {
        /// Configured intervals that the budget has no room for, as they are instead.
        package var stretched: [(name: ResourceName, interval: Duration)]
        /// Why the last request that wanted to go out could not; nil once one went out.
        package var holdUp: RequestBudget.Reason?
        /// Until when, as far as that is known.
        package var until: Instant?
        /// Whether one request finds out if a pause is over.
        package var isTrying: Bool
    }
}
