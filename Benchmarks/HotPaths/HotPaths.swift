// `hotpaths NAME`: prepares one of the paths that most of the processor's time goes through, and walks it once, to be counted.

/// A path with its inputs, which are the same at any time.
protocol HotPath: Sendable {
    /// Nothing is counted yet.
    init() throws
    /// What is counted. Returns something of what came of it, so that none of it can be left out.
    mutating func walk() throws -> Int
}

/// What `counted_walk` walks; set once, before it.
nonisolated(unsafe) private var prepared: (any HotPath)?

/// By its name scripts/count-instructions tells what is to be counted from the rest.
@inline(never)
func countedWalk() -> Int {
    do { return try prepared?.walk() ?? 0 } catch { fatalError("the path cannot be walked: \(error)") }
}

@main
struct HotPaths {
    private static let all: [(name: String, path: any HotPath.Type)] = [
        ("reading-a-page", ReadingAPage.self), ("diffing", Diffing.self), ("signing", Signing.self),
        ("claiming-and-settling", ClaimingAndSettling.self),
    ]

    static func main() throws {
        guard CommandLine.arguments.count == 2, let name = CommandLine.arguments.last, name != "--list" else {
            return print(all.map(\.name).joined(separator: "\n"))
        }
        guard let path = all.first(where: { $0.name == name })?.path else { fatalError("no path is called \(name)") }
        prepared = try path.init()
        print("\(name): \(countedWalk())")
    }
}
