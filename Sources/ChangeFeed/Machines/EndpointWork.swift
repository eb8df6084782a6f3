// What passes between the machine of an endpoint and whoever runs it.

/// An attempt under way.
package struct Attempt: Sendable, Equatable {
    package let delivery: DueDelivery
    package let startedAt: Instant

    package init(_ delivery: DueDelivery, startedAt: Instant) {
        self.delivery = delivery
        self.startedAt = startedAt
    }

    /// 1 for the first.
    package var number: Int { delivery.attempts + 1 }
}

extension EndpointMachine {
    /// How an endpoint is to be sent to.
    package struct Terms: Sendable, Equatable {
        package let concurrency: Int
        /// nil for no cap.
        package let requestsPerSecond: Double?
        package let policy: DeliveryPolicy
        /// Which deliveries wait for which.
        package let order: DeliveryOrder
        /// Whether newer events take the place of waiting ones, which then are not taken from the queue ahead of need.
        package let coalesces: Bool
        /// Tells one receiver from another; nil where there is never another.
        package let target: Fingerprint?

        package init(
            concurrency: Int, requestsPerSecond: Double?, policy: DeliveryPolicy, order: DeliveryOrder = .record,
            coalesces: Bool, target: Fingerprint? = nil
        ) {
            self.concurrency = concurrency
            self.requestsPerSecond = requestsPerSecond
            self.policy = policy
            self.order = order
            self.coalesces = coalesces
            self.target = target
        }

        /// Whether these may be gone over to only while nothing is under way: what is in flight has its place in the order,
        /// and what comes of it tells of the receiver that it went to.
        func needRest(after former: Terms) -> Bool {
            (order, coalesces) != (former.order, former.coalesces) || target != former.target
        }
    }

    /// What the configuration says of an endpoint.
    package struct Plan: Sendable, Equatable {
        package let terms: Terms
        /// Which of all that was configured this belongs to; whoever performs knows by it what is sent and where.
        package let revision: Int

        package init(_ terms: Terms, revision: Int) {
            self.terms = terms
            self.revision = revision
        }
    }

    /// What the store knows of an endpoint, once it was brought together with a plan.
    package struct Adoption: Sendable {
        package let heldUntil: Instant?
        package let health: EndpointHealth
        /// Whether it is another receiver than before.
        package let hasNewTarget: Bool

        package init(heldUntil: Instant?, health: EndpointHealth, hasNewTarget: Bool) {
            self.heldUntil = heldUntil
            self.health = health
            self.hasNewTarget = hasNewTarget
        }
    }

    package enum Input: Sendable {
        /// The time has come that it wanted to be woken at, or new events are in the queue.
        case wake
        /// - Parameter bytes: of the body that was sent.
        case ended(Attempt, bytes: Int, AttemptOutcome)
        /// An attempt has to make its request once more, and waits until it may.
        case asksToRepeat(Attempt)
        /// Somebody says that the receiver is well again.
        case resume
        /// The configuration says something else now.
        case plan(Plan)
        case stored(Answer, question: Int)
        case storeFailed(reason: String, question: Int)
        /// Nothing new is begun from now on; attempts in flight are waited for.
        case stop
    }

    package enum Effect: Sendable {
        case post(Attempt)
        /// The attempt may make its request once more at that time.
        case mayRepeat(Attempt, at: Instant)
        case store(Verb, question: Int)
        /// Deliveries that were claimed and of which nothing came.
        case putBack([Int64])
        /// Attempts that begin after this one are made as the plan says.
        case goBy(Plan)
        case tell(News)
    }

    /// What is asked of the store.
    package enum Verb: Sendable {
        /// - Parameter health: after the attempts; nil where it has not changed.
        case settle([AttemptReport], holdUntil: Instant?, health: EndpointHealth?, at: Instant)
        case resume
        /// Makes dead letters of deliveries that were claimed and cannot be read, as far as they never can.
        case giveUp([DueDelivery], at: Instant)
        case claim(Admission, admittingReplays: Bool, at: Instant)
        /// What waits besides what is under way.
        case look(replaysOpen: Instant, at: Instant)
        /// Brings what the store knows of the endpoint together with the plan.
        case adopt(Plan, at: Instant)

        /// Whether a stop waits for it.
        var outlastsStop: Bool { if case .settle = self { true } else { false } }
    }

    package enum Answer: Sendable {
        case done
        case claimed([DueDelivery])
        /// Of what cannot be read, what is a dead letter now; the rest waits.
        case gaveUp([Int64])
        case waiting(WaitingQueue)
        case adopted(Adoption)
    }

    /// What people may want to know.
    package enum News: Sendable {
        case attempted(Attempt, bytes: Int, AttemptOutcome)
        /// It is a dead letter now.
        case gaveUp(Attempt)
        /// So is this one, of which nothing could be sent.
        case gaveUpUnreadable(DueDelivery)
        /// Events of these deliveries cannot be read until a dictionary is back.
        case lacksDictionary([DueDelivery])
        case health(before: EndpointHealth, after: EndpointHealth)
        /// What this process or machine lacks.
        case shortage(String?)
        case shortageIsOver
        case resumed
        case planned(hasNewTarget: Bool)
        /// Deliveries wait for the store.
        case storeFailed(reason: String)
    }
}
