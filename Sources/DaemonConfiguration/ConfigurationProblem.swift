// What is to be said about a configuration: problems that stop the daemon, and warnings that do not.

/// One thing to say about one key.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The key as written in the file, members of a resource behind dots; or a place in the file.
    package let key: String
    /// What is wrong. Never holds a secret, nor a URL that may carry one.
    package let wrong: String
    /// What would be right, as an instruction.
    package let right: String

    package init(key: String, wrong: String, right: String) {
        self.key = key
        self.wrong = wrong
        self.right = right
    }

    /// One line: `event.poller.refresh_interval: "abc" is not a number of minutes; write a number above 0, such as 15`.
    package var description: String {
        "\(key): \(wrong); \(right)".unicodeScalars.reduce(into: "") { line, scalar in
            let isControl = scalar.properties.generalCategory == .control
            line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}

/// Every problem of a configuration that cannot be used; never empty.
package struct InvalidConfiguration: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [ConfigurationProblem]

    package init(problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// What came of reading a configuration.
package struct ConfigurationReading: Sendable {
    package let outcome: Result<DaemonSettings, InvalidConfiguration>
    /// What works, but probably not as meant.
    package let warnings: [ConfigurationProblem]
    /// What is wrong with accounts that are left out for it, while all others run.
    package var leftOut: [ConfigurationProblem] = []
    /// Their names, as far as they could be read; else those of their files.
    package var accountsLeftOut: Set<String> = []
    /// Keys whose secret stands in the file itself.
    package let literalSecretKeys: [String]

    /// What `check` prints: a line for each problem, those for which accounts are left out among them, then a line for each
    /// warning.
    ///
    /// - Parameter permissions: the lower bits of the file's mode, when known. A file with a secret in it that others
    ///   may read is warned about.
    package func lines(permissions: UInt32? = nil) -> [String] {
        let problems = if case .failure(let invalid) = outcome { invalid.problems } else { [ConfigurationProblem]() }
        return (problems + leftOut).map(\.description)
            + (warnings + exposures(permissions: permissions)).map { "warning: \($0)" }
    }

    /// Warnings for literal secrets in a file with these permissions, such as 0o644.
    package func exposures(permissions: UInt32?) -> [ConfigurationProblem] {
        guard ConfigurationProblem.isReadByOthers(permissions) else { return [] }
        return literalSecretKeys.map(ConfigurationProblem.exposedSecret)
    }
}

extension ConfigurationReading {
    /// With the file named where only a place in it is, for people have more than one.
    package func naming(_ file: String) -> ConfigurationReading {
        guard case .failure(let invalid) = outcome else { return self }
        let problems = invalid.problems.map { problem in
            guard problem.key.hasPrefix("line ") else { return problem }
            return ConfigurationProblem(key: "\(file), \(problem.key)", wrong: problem.wrong, right: problem.right)
        }
        return ConfigurationReading(
            outcome: .failure(InvalidConfiguration(problems: problems)), warnings: warnings, leftOut: leftOut,
            accountsLeftOut: accountsLeftOut, literalSecretKeys: literalSecretKeys)
    }
}

extension ConfigurationProblem {
    /// A secret that is written out in a file which others may read.
    static func exposedSecret(_ key: String) -> ConfigurationProblem {
        ConfigurationProblem(
            key: key, wrong: "may be a secret, and others may read the file",
            right: "chmod 600 the file, or write {\"credential\": NAME} or {\"file\": PATH} instead")
    }

    /// Whether others than its owner may read a file with these permissions, such as 0o644.
    package static func isReadByOthers(_ permissions: UInt32?) -> Bool { (permissions ?? 0) & 0o044 != 0 }
}

/// Problems and warnings as they are found.
struct Findings {
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []
    /// What is wrong with accounts that are left out for it, and stops no other.
    private(set) var leftOut: [ConfigurationProblem] = []
    /// Their names, as far as they could be read; else those of their files.
    private(set) var accountsLeftOut: Set<String> = []

    /// Said once, however many endpoints take the same key of the file.
    mutating func problem(_ key: String, _ wrong: String, _ right: String) {
        self.problem(ConfigurationProblem(key: key, wrong: wrong, right: right))
    }

    mutating func problem(_ problem: ConfigurationProblem) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    mutating func leaveOut(_ account: String, _ problem: ConfigurationProblem) {
        accountsLeftOut.insert(account)
        if !leftOut.contains(problem) { leftOut.append(problem) }
    }

    /// Takes over what was found in the reading of an account.
    ///
    /// - Returns: whether nothing is wrong with the account itself.
    mutating func take(_ found: Findings, of block: AccountBlock, isInFile: (String) -> Bool) -> Bool {
        var isRight = true
        for problem in found.problems {
            let place = block.place(of: problem.key, isInFile: isInFile)
            let placed = ConfigurationProblem(key: place, wrong: problem.wrong, right: problem.right)
            if block.isFile, place != problem.key || place.hasPrefix(block.place) {
                isRight = false
                leaveOut(block.name, placed)
            } else {
                self.problem(placed)
            }
        }
        for warning in found.warnings {
            self.warning(block.place(of: warning.key, isInFile: isInFile), warning.wrong, warning.right)
        }
        return isRight
    }

    mutating func warning(_ key: String, _ wrong: String, _ right: String) {
        warning(ConfigurationProblem(key: key, wrong: wrong, right: right))
    }

    mutating func warning(_ warning: ConfigurationProblem) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// The value as the type it should have; nil where it is left out, or a problem where it is something else.
    mutating func convert<Value>(
        _ value: JSONValue?, at key: String, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value? {
        guard let value, !value.isNull else { return nil }
        do { return try conversion(value) } catch {
            problem(key, error.wrong, error.right)
            return nil
        }
    }
}

extension Findings {
    /// The elements of a list as the type they should have; each that is something else is a problem of its own.
    mutating func convertEach<Value>(
        _ list: [JSONValue], at key: String, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> [Value] {
        var values: [Value] = []
        for (index, element) in list.enumerated() {
            do { values.append(try conversion(element)) } catch {
                problem("\(key)[\(index)]", error.wrong, error.right)
            }
        }
        return values
    }
}

/// Why a value is not what its key needs; whoever knows the key makes a problem of it.
struct ValueFault: Error {
    let wrong: String
    let right: String
}
