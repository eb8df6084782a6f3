// Questions to whoever sits at the terminal.

import ArgumentParser
import ChangeFeed
import CommandText
import Foundation

/// Asks on standard error, and reads what is typed from standard input.
struct Dialogue {
    /// Whether somebody is there to be asked.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 }

    /// - Returns: what was typed, without spaces around it; nil where the input has ended.
    static func ask(_ prompt: String) -> String? {
        say("\(prompt): ")
        return readLine()?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The same, and what is typed is not shown.
    static func askSecretly(_ prompt: String) -> String? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return ask(prompt) }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        // Whoever gives up at this place finds the terminal as it was.
        let restored = before
        let interrupts = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        interrupts.setEventHandler {
            var restored = restored
            tcsetattr(STDIN_FILENO, TCSANOW, &restored)
            _exit(130)
        }
        signal(SIGINT, SIG_IGN)
        interrupts.resume()
        tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &before)
            interrupts.cancel()
            signal(SIGINT, SIG_DFL)
            say("\n")
        }
        return ask(prompt)
    }

    /// - Parameter usual: what an empty answer means.
    static func confirm(_ question: String, usual: Bool) -> Bool {
        let answer = ask("\(question) [\(usual ? "Y/n" : "y/N")]")?.lowercased() ?? ""
        return answer.isEmpty ? usual : answer.hasPrefix("y")
    }

    private static func say(_ text: String) { _ = StandardStream.error.write(text) }
}
