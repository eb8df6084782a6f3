import ChangeFeed
import Testing

@Suite("The machine of an endpoint")
struct EndpointMachineTests {
    private typealias Script = EndpointScript

    @Test("What is due is claimed and sent, and what waits is looked at where there is no more")
    func claims() throws {
        var script = Script()
        #expect(script.asks == "claim")
        try script.answer(.claimed(Script.due(1...1)))
        #expect(script.posted.map(\.delivery.id) == [1])
        #expect(script.asks == "look")
        try script.answer(.waiting(WaitingQueue(isDue: false, next: script.now + .minutes(3))))
        #expect(script.asks == nil)
        #expect(script.machine.alarm == script.now + .minutes(3))
    }

    @Test("Outcomes that come while the store works are recorded together")
    func settlesTogether() throws {
        var script = Script(concurrency: 3)
        try script.answer(.claimed(Script.due(1...3)))
        script.end(script.posted[0])
        // The next claim is under way, or the record of the first: one verb at a time.
        script.end(script.posted[1])
        script.end(script.posted[2])
        var settled: [String] = []
        while let asks = script.asks, asks != "look" {
            settled.append(asks)
            try script.answer(asks == "claim" ? .claimed([]) : .done)
        }
        #expect(settled.filter { $0.hasPrefix("settle") }.joined(separator: " ").contains("1"))
        #expect(settled.filter { $0.hasPrefix("settle") }.count <= 2, "\(settled)")
    }

    @Test("What became due, or ended, during a look is looked for at once")
    func nothingIsMissed() throws {
        var script = Script()
        try script.answer(.claimed([]))
        #expect(script.asks == "look")
        script.now = script.now + .seconds(2)
        script.take(.wake)
        // By the moment of the look, it is due only now.
        try script.answer(.waiting(WaitingQueue(isDue: false, next: script.now - .seconds(1))))
        #expect(script.asks == "claim")
        try script.answer(.claimed(Script.due(1...1)))
        #expect(script.posted.count == 1)
    }

    @Test("A look that took long is judged by the moment it was about: what became due meanwhile wakes at once")
    func lateLook() throws {
        var script = Script()
        try script.answer(.claimed([]))
        let due = script.now + .seconds(1)
        script.now = script.now + .seconds(5)
        try script.answer(.waiting(WaitingQueue(isDue: false, next: due)))
        #expect(script.machine.alarm == due)
        script.take(.wake)
        #expect(script.asks == "claim")
    }

    @Test("An outcome is kept until the store has it, and nothing is begun before")
    func storeFails() throws {
        var script = Script(concurrency: 1)
        try script.answer(.claimed(Script.due(1...1)))
        script.end(script.posted[0])
        var failures = 0
        while failures < 3 {
            if script.asks == "settle 1" {
                try script.fail()
                failures += 1
                script.now = try #require(script.machine.alarm)
                script.take(.wake)
            } else {
                try script.answer(script.asks == "claim" ? .claimed([]) : .done)
            }
            #expect(script.posted.count == 1)
        }
        #expect(script.asks == "settle 1")
        let told = script.news.count { if case .storeFailed = $0 { true } else { false } }
        #expect(told == 1)
    }

    @Test("Nothing that was claimed is sent to an endpoint that is disabled meanwhile")
    func disabledMeanwhile() throws {
        var script = Script(concurrency: 2)
        try script.answer(.claimed(Script.due(1...1)))
        #expect(script.asks == "look")
        try script.answer(.waiting(WaitingQueue(isDue: false, next: nil)))
        script.take(.wake)
        #expect(script.asks == "claim")
        script.end(script.posted[0], 410)
        try script.answer(.claimed(Script.due(2...2)))
        #expect(script.posted.map(\.delivery.id) == [1])
        #expect(script.putBack == [2])
    }

    @Test("A stop begins nothing, puts back what was claimed, and waits for what is in flight and its record")
    func stops() throws {
        var script = Script(concurrency: 1)
        try script.answer(.claimed(Script.due(1...1)))
        script.take(.wake)
        script.take(.stop)
        #expect(!script.machine.isDone)
        script.end(script.posted[0])
        #expect(script.asks == "settle 1")
        #expect(!script.machine.isDone)
        try script.answer(.done)
        #expect(script.machine.isDone)
        #expect(script.posted.count == 1)
    }

    @Test("A claim that is answered after the stop is put back")
    func claimedTooLate() throws {
        var script = Script()
        let late = try #require(script.question).number
        script.take(.stop)
        #expect(script.machine.isDone)
        script.take(.stored(.claimed(Script.due(1...2)), question: late))
        #expect(script.putBack == [1, 2])
        #expect(script.posted.isEmpty)
    }

    @Test("A store that answers no more holds up no stop for longer than it may")
    func stopWithoutStore() throws {
        var script = Script(concurrency: 1)
        try script.answer(.claimed(Script.due(1...1)))
        script.take(.stop)
        script.end(script.posted[0])
        let limit = try #require(script.machine.alarm)
        #expect(limit == script.now + Limits.storeMayAnswer)
        script.now = limit
        script.take(.wake)
        #expect(script.machine.isDone)
    }

    @Test("What cannot be read is given up without an attempt, and holds nothing else up")
    func unreadable() throws {
        var script = Script(concurrency: 2)
        var due = Script.due(1...2)
        due[0].body = []
        try script.answer(.claimed(due))
        #expect(script.posted.map(\.delivery.id) == [2])
        while script.asks == "claim" || script.asks == "look" {
            if script.asks == "claim" { try script.answer(.claimed([])) } else { break }
        }
        #expect(script.asks == "give up")
        try script.fail()
        script.now = try #require(script.machine.alarm)
        script.take(.wake)
        #expect(script.asks == "give up")
        try script.answer(.gaveUp([1]))
        let told = script.news.count { if case .gaveUpUnreadable = $0 { true } else { false } }
        #expect(told == 1)
        #expect(script.asks == "claim")
    }

    @Test("What an attempt tells while a resumption is written outlasts it")
    func toldDuringResumption() throws {
        var script = Script(concurrency: 1)
        try script.answer(.claimed(Script.due(1...1)))
        script.take(.resume)
        while script.asks != "resume" { try script.answer(.waiting(WaitingQueue(isDue: false, next: nil))) }
        script.end(script.posted[0], 410)
        try script.answer(.done)
        #expect(script.machine.gate.health.disabled == .gone)
        guard case .settle(_, _, let health, _)? = script.question?.verb else {
            Issue.record("the outcome is not recorded")
            return
        }
        #expect(health?.disabled == .gone)
    }

    @Test("Where taking more ahead of need fails, what was taken is put back, and the store is asked again")
    func claimAheadFails() throws {
        var script = Script(concurrency: 1)
        // Three claims in a row that give all: from then on more is claimed than there are places.
        var next: Int64 = 1
        while true {
            guard case .claim(let admission, _, _)? = script.question?.verb else {
                if script.asks == "look" {
                    try script.answer(.waiting(WaitingQueue(isDue: true, next: nil)))
                } else if script.asks != nil {
                    try script.answer(.done)
                } else {
                    script.endOnce(script.posted[script.posted.count - 1])
                }
                continue
            }
            if Int(next) - 1 > script.posted.count { break }
            try script.answer(.claimed(Script.due(next...(next + Int64(admission.total) - 1))))
            next += Int64(admission.total)
        }
        try script.fail()
        let running = script.posted[script.posted.count - 1]
        script.take(
            .ended(running, bytes: 2, AttemptOutcome(verdict: .failed(.shortage), detail: "files", duration: .zero)))
        for _ in 0..<4 where script.asks == nil {
            script.now = try #require(script.machine.alarm)
            script.take(.wake)
        }
        #expect(script.asks != nil)
    }

    @Test("A resumption that the store could not keep stays asked for")
    func resumes() throws {
        var script = Script(health: .unreadable)
        while let asks = script.asks, asks != "resume" { try script.answer(asks == "claim" ? .claimed([]) : .done) }
        #expect(script.posted.isEmpty)
        script.take(.resume)
        #expect(script.asks == "resume")
        try script.fail()
        script.now = try #require(script.machine.alarm)
        script.take(.wake)
        #expect(script.asks == "resume")
        try script.answer(.done)
        #expect(script.machine.gate.health.disabled == nil)
        #expect(script.asks == "claim")
    }
}
