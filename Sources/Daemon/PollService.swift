// Performs what the feed of an account decides: sends its requests, commits its pages, wakes it when it wants to be woken.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import InsightlyAPI
import Logging
import ServiceLifecycle

/// The polling of one account.
package struct PollService: ServiceLoop {
    enum Letter: LoopLetter {
        case tick
        case answered(ResourceName, APIResult)
        case instanceAnswered(APIResult)
        case release(ResourceName)
        case dismiss(ResourceName)
        case resumeAPI
        case stop
        case areYouThere(AsyncStream<Never>.Continuation)

        var isUrgent: Bool {
            switch self {
            case .stop, .areYouThere: true
            case .tick, .answered, .instanceAnswered, .release, .dismiss, .resumeAPI: false
            }
        }
    }

    let account: StoredAccount
    let api: APISettings
    let endpoints: [StoredEndpoint]
    let desk: StoreDesk
    let client: InsightlyClient
    let clock: SteadyClock
    let logger: Logger
    /// Told after every commit that put events into the queue.
    let eventsCommitted: @Sendable () -> Void
    let feed: AccountFeed
    fileprivate let mailbox = Mailbox<Letter>()

    package init(
        account: StoredAccount, api: APISettings, endpoints: [StoredEndpoint], desk: StoreDesk, client: InsightlyClient,
        clock: SteadyClock, logger: Logger, feed: AccountFeed, eventsCommitted: @escaping @Sendable () -> Void
    ) {
        self.account = account
        self.api = api
        self.endpoints = endpoints
        self.desk = desk
        self.client = client
        self.clock = clock
        self.logger = logger
        self.feed = feed
        self.eventsCommitted = eventsCommitted
    }

    package func run() async throws {
        let alarm = AlarmTimer(label: "polling") { mailbox.post(.tick) }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { requests in
                var turn = PollTurn(service: self, feed: feed, alarm: alarm, log: PollLog(logger: logger))
                await turn.sendWhatIsDue(in: &requests)
                for await _ in mailbox.signals {
                    // A letter may bring work with the store, and what is urgent must not lie behind it.
                    let letters = mailbox.takeAll()
                    for letter in letters where letter.isUrgent { await turn.read(letter) }
                    for letter in letters where !letter.isUrgent { await turn.read(letter) }
                    if turn.isDone { break }
                    await turn.sendWhatIsDue(in: &requests)
                }
                requests.cancelAll()
            }
            // A service that ends before its turn counts as failed.
            try? await gracefulShutdown()
        } onCancelOrGracefulShutdown: {
            stop()
        }
    }

    package func stop() { mailbox.post(.stop) }

    /// The operator says that the deletes of this resource that are held are real.
    package func release(_ name: ResourceName) { mailbox.post(.release(name)) }

    /// The operator says that nobody is to be told of the deletes of this resource that are held.
    package func dismiss(_ name: ResourceName) { mailbox.post(.dismiss(name)) }

    /// The operator says that whatever kept requests back is mended.
    package func resumeAPI() { mailbox.post(.resumeAPI) }

    package func answers() async {
        let (answer, question) = AsyncStream.makeStream(of: Never.self)
        mailbox.post(.areYouThere(question))
        // Ends with the answer, or with the task of whoever asks: a loop that has ended answers nobody.
        for await _ in answer {}
    }

    func post(_ letter: Letter) { mailbox.post(letter) }
}

/// The loop's state between two letters.
private struct PollTurn {
    let service: PollService
    var feed: AccountFeed
    let alarm: AlarmTimer
    let stop = LoopStop(mayTake: Limits.pollingMayFinish)
    var log: PollLog

    var isDone: Bool {
        stop.isAsked && (feed.budget.inFlight == 0 || stop.isOver(at: service.clock.now))
    }

    mutating func read(_ letter: PollService.Letter) async {
        switch letter {
        case .tick:
            if let deadline = stop.deadline { alarm.set(after: deadline - service.clock.now) }
        case .areYouThere, .stop:
            readUrgent(letter)
        case .release(let name):
            feed.releaseHeldDeletes(of: name)
        case .dismiss(let name):
            feed.dismissHeldDeletes(of: name)
        case .resumeAPI:
            await resumeAPI()
        case .answered(let name, let result):
            await take(result, for: name)
        case .instanceAnswered(let result):
            await takeInstance(result)
        }
    }

    private func readUrgent(_ letter: PollService.Letter) {
        switch letter {
        case .areYouThere(let question):
            question.finish()
        case .stop:
            stop.ask(at: service.clock.now)
            alarm.set(after: Limits.pollingMayFinish)
        case .tick, .answered, .instanceAnswered, .release, .dismiss, .resumeAPI: break
        }
    }

    /// A verb of the store may take its time: the loop answers meanwhile, and heeds a stop, which waits for pages only.
    private func store<Answer: Sendable>(
        _ verb: StoreVerb, _ body: @escaping @Sendable (ChangeStore) throws -> Answer
    ) async throws -> Answer {
        let desk = service.desk
        return try await service.mailbox.wait(
            for: { try await desk.run(verb, body) }, reading: readUrgent,
            until: {
                verb != .commit && stop.isAsked || stop.hasWaitedEnough(at: service.clock.now, alarm)
            })
    }

    mutating func sendWhatIsDue(in requests: inout DiscardingTaskGroup) async {
        while !stop.isAsked {
            if let request = feed.instanceRequest(at: service.clock.now) {
                await askForInstance(request, in: &requests)
                continue
            }
            switch feed.next(at: service.clock.now) {
            case .wait(let until):
                log.stretch(feed.stretchedIntervals)
                log.holdUp(of: feed, at: service.clock.now)
                alarm.set(after: until.map { $0 - service.clock.now })
                return
            case .send(let name, let request):
                guard await count(request, of: name) else { continue }
                feed.departed(at: service.clock.now)
                let service = service
                requests.addTask {
                    service.post(.answered(name, await service.client.send(request)))
                }
            }
        }
    }

    private mutating func count(_ request: APIRequest, of name: ResourceName) async -> Bool {
        let (account, memory, now) = (service.account, feed.memory, service.clock.now)
        do {
            try await store(.count) { try $0.count(request, of: account, memory: memory, at: now) }
            if !stop.isAsked { return true }
            feed.notSent(name, at: now, jitter: .random(in: 0..<1))
            return false
        } catch {
            feed.notSent(name, at: now, jitter: .random(in: 0..<1))
            log.storeProblem("the request could not be counted in the state store", error, of: name)
            return false
        }
    }

    private mutating func askForInstance(_ request: APIRequest, in requests: inout DiscardingTaskGroup) async {
        let (account, memory, now) = (service.account, feed.memory, service.clock.now)
        do {
            try await store(.count) { try $0.count(request, of: account, memory: memory, at: now) }
        } catch {
            return feed.instanceNotAsked(at: now)
        }
        feed.departed(at: service.clock.now)
        let service = service
        requests.addTask { service.post(.instanceAnswered(await service.client.send(request))) }
    }

    private mutating func takeInstance(_ result: APIResult) async {
        defer { for notice in feed.takeNotices() { log.notice(notice) } }
        let account = service.account
        switch feed.tookInstance(result, at: service.clock.now, jitter: .random(in: 0..<1)) {
        case .same, .unknown, .awaited:
            // It may have asked for a pause, and `status` says what is waited for.
            await rememberBudget()
        case .learned(let name):
            // Where it cannot be kept now, the next start learns it.
            try? await store(.commit) { try $0.remember(instance: name, of: account) }
            service.logger.info("the store belongs to this instance from now on", metadata: ["instance": "\(name)"])
        case .another(let known, let found):
            let path = service.desk.store.path
            service.desk.end(.ofAnotherInstance(path: path, known: known, found: found))
        }
    }

    private mutating func take(_ result: APIResult, for name: ResourceName) async {
        defer { for notice in feed.takeNotices() { log.notice(notice) } }
        switch feed.receive(result, for: name, at: service.clock.now, jitter: .random(in: 0..<1)) {
        case .problem(let problem):
            await rememberBudget()
            guard problem.remedy != .held || !log.isWaiting else { break }
            let advice = problem.status.flatMap { service.api.advice(afterStatus: $0) }
            log.problem(([problem.description] + (advice.map { [$0] } ?? [])).joined(separator: ". "), of: name)
        case .commit(let page):
            await commit(page, for: name)
        }
    }

    /// A pause that the API asked for holds for the next process as well. Where it cannot be written now, the next
    /// request is not sent before it can be counted, which writes it too.
    private func rememberBudget() async {
        let (account, memory) = (service.account, feed.memory)
        try? await store(.count) { try $0.remember(memory, of: account) }
    }

    private mutating func resumeAPI() async {
        feed.resumeAPI()
        service.logger.notice("the API is tried again at once, as was asked for")
        let (account, memory) = (service.account, feed.memory)
        // Where it cannot be written, it stays asked for.
        try? await store(.operate) { try $0.resumed(memory, of: account) }
    }

    private mutating func commit(_ page: PageCommit, for name: ResourceName) async {
        let (account, endpoints) = (service.account, service.endpoints)
        do {
            let now = service.clock.now
            let summary = try await store(.commit) {
                try $0.commit(page, of: account, to: endpoints, detectedAt: SteadyClock.wall, at: now)
            }
            let wasOver = feed.lane(name)?.progress?.baseline.isOver == true
            let notices = feed.committed(page, summary, at: service.clock.now)
            if summary.events > 0 { service.eventsCommitted() }
            log.commit(summary, page: page, baselineEnded: !wasOver && page.progress.baseline.isOver)
            for notice in notices { log.notice(notice, of: name) }
            if let held = summary.held { log.held(held, of: name) }
        } catch {
            feed.commitFailed(page, at: service.clock.now, jitter: .random(in: 0..<1))
            log.storeProblem("a page could not be written to the state store", error, of: name)
        }
    }
}
