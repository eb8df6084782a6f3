// One account as it is written: a block of the file, or a file of its own.

/// What is written of one account, and where.
struct AccountBlock {
    var name: String
    /// `accounts[0]`, or the name of a file.
    var place: String
    var members: [JSONObject.Member]
    /// Whether it has a file of its own, and so is left out by itself where something is wrong with it.
    var isFile: Bool
    /// Whether others than its owner may read that file.
    var isReadByOthers = false
}

/// Where the files of accounts come from, so that reading a configuration touches none.
package struct AccountFiles: Sendable {
    package struct File: Sendable {
        /// As messages call it, such as `acme.json`.
        package var name: String
        package var text: [UInt8]?
        package var isReadByOthers: Bool

        /// - Parameters:
        ///   - text: nil where it cannot be read.
        ///   - isReadByOthers: whether others than its owner may read it.
        package init(name: String, text: [UInt8]?, isReadByOthers: Bool = false) {
            self.name = name
            self.text = text
            self.isReadByOthers = isReadByOthers
        }
    }

    /// The files of a folder whose names end in `.json`, by name; throws where it cannot be read.
    package var files: @Sendable (_ folder: String) throws -> [File]

    package init(files: @escaping @Sendable (_ folder: String) throws -> [File]) {
        self.files = files
    }

    package static let none = AccountFiles { _ in [] }
}

extension AccountBlock {
    private static let rightName = "write a short name such as \"acme\": letters, digits, - and _"

    /// - Parameter fallback: its name where it has none.
    init(_ object: JSONObject, at place: String, named fallback: String?) throws(ConfigurationProblem) {
        let key = "\(place).name"
        guard let value = object["name"] ?? fallback.map(JSONValue.string) else {
            throw ConfigurationProblem(key: key, wrong: "is missing", right: Self.rightName)
        }
        guard case .string(let name) = value, (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "-_".utf8.contains($0)
            })
        else {
            throw ConfigurationProblem(
                key: key, wrong: "\(value.shown) is not a name of an account", right: Self.rightName)
        }
        let names = object.members.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ConfigurationProblem(key: "\(place).\(twice)", wrong: "is there twice", right: "keep one")
        }
        self.init(
            name: name, place: place, members: object.members.filter { $0.name != "name" }, isFile: false)
    }

    static func name(of file: AccountFiles.File) -> String { String(file.name.dropLast(".json".count)) }

    /// Called as the file is, where it has no name.
    init(_ file: AccountFiles.File) throws(ConfigurationProblem) {
        guard let text = file.text else {
            throw ConfigurationProblem(
                key: file.name, wrong: "cannot be read", right: "make it readable for the daemon, or take it away")
        }
        let document: JSONDocument
        do { document = try JSONDocument(parsing: text) } catch {
            throw ConfigurationProblem(
                key: file.name, wrong: "is not JSON in line \(error.line), column \(error.column)",
                right: "put there \(error.expected)")
        }
        guard case .object(let object) = document.root else {
            throw ConfigurationProblem(
                key: file.name, wrong: "holds \(document.root.shown)",
                right: #"write {"name": "acme", "insightly.api_key": "…"}"#)
        }
        try self.init(object, at: file.name, named: Self.name(of: file))
        isFile = true
        isReadByOthers = file.isReadByOthers
    }

    var repeated: ConfigurationProblem {
        ConfigurationProblem(
            key: "\(place).name", wrong: "another account is called \"\(name)\"", right: "give one another name")
    }

    /// Where a finding of this key is to be looked for: in the block, where that has it, or nobody has.
    func place(of key: String, isInFile: (String) -> Bool) -> String {
        guard !key.hasPrefix(place) else { return key }
        let ofShared = ConfigurationKey.endpoints.rawValue + "["
        guard !key.hasPrefix(ofShared) else { return key }
        let root = ConfigurationKey.allCases.map(\.rawValue).filter { key.hasPrefix($0) }.max { $0.count < $1.count }
        if let root, !members.contains(where: { $0.name == root }), isInFile(root) { return key }
        return "\(place).\(key)"
    }
}
