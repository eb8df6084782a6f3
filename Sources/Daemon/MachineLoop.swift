// The one loop that runs a machine for real: its letters, its alarm, and the tasks that perform what it asks for.

import ChangeFeed
import ServiceLifecycle

/// Performs what a machine asks for. What takes time goes on in a task, and tells the loop what came of it.
protocol EffectPerformer<Work> {
    associatedtype Work: Machine

    mutating func perform(_ effect: Work.Effect, in tasks: inout DiscardingTaskGroup)
}

/// Runs one machine until it is done. Nothing here waits for anything but letters, so that whoever asks whether the loop is
/// alive is answered by the loop itself, whatever the store or the network does.
final class MachineLoop<Work: Machine>: Sendable {
    private enum Letter: Sendable {
        case input(Work.Input)
        case alarm
        case areYouThere(AsyncStream<Never>.Continuation)
    }

    private let label: String
    private let clock: SteadyClock
    private let mailbox = Mailbox<Letter>()

    /// - Parameter label: what the timer is called in a debugger.
    init(label: String, clock: SteadyClock) {
        self.label = label
        self.clock = clock
    }

    func post(_ input: Work.Input) { mailbox.post(.input(input)) }

    /// Returns once the loop itself has read the question.
    func answers() async {
        let (answer, question) = AsyncStream.makeStream(of: Never.self)
        // A loop that has ended hangs nowhere.
        if !mailbox.post(.areYouThere(question)) { question.finish() }
        for await _ in answer {}
    }

    /// - Parameter stop: what the machine is told when the daemon is to end.
    func run(
        _ machine: Work, stop: Work.Input, performing makePerformer: @Sendable () -> some EffectPerformer<Work>
    ) async {
        let timer = AlarmTimer(label: label) { [mailbox] in mailbox.post(.alarm) }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { tasks in
                var (machine, performer) = (machine, makePerformer())
                var chance = SystemRandomNumberGenerator()
                var alarm: Instant?
                post(Work.wake)
                for await _ in mailbox.signals {
                    for letter in mailbox.takeAll() {
                        switch letter {
                        case .areYouThere(let question): question.finish()
                        case .alarm:
                            // It is set once more, also where the same time is wanted: a timer rings a day later at most.
                            alarm = nil
                            machine.take(Work.wake, at: clock.now, chance: &chance)
                        case .input(let input): machine.take(input, at: clock.now, chance: &chance)
                        }
                    }
                    for effect in machine.effects(at: clock.now, chance: &chance) {
                        performer.perform(effect, in: &tasks)
                    }
                    if machine.isDone { break }
                    if machine.alarm != alarm {
                        alarm = machine.alarm
                        timer.set(after: alarm.map { $0 - clock.now })
                    }
                }
                for case .areYouThere(let question) in mailbox.close() { question.finish() }
                tasks.cancelAll()
            }
        } onCancelOrGracefulShutdown: { [mailbox] in
            mailbox.post(.input(stop))
        }
    }
}
