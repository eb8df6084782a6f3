// The page on configuration, held against the keys in the code.

import ChangeFeed
import Testing

@testable import DaemonConfiguration

@Suite("The documentation of the configuration")
struct DocumentationTests {
    private let page: String

    init() throws {
        page = String(decoding: try Repository.file("docs/configuration.md"), as: UTF8.self)
    }

    @Test("has a row for every key that means something, with its default", arguments: ConfigurationKey.allCases)
    func keys(key: ConfigurationKey) throws {
        guard key.standing == .documented || key.standing == .ours else {
            #expect(page.contains("`\(key.rawValue)`") || key == .schema)
            return
        }
        let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `\(key.rawValue)` |") })
        let isPlain = key.defaultJSON != "null" && key != .pollerConfiguration
        #expect(!isPlain || row.contains("`\(key.defaultJSON)`"), "\(row)")
    }

    @Test("names every key of a block, and of its dates")
    func blockKeys() {
        for name in ResourceBlockKey.allCases.filter({ !$0.isIgnored }).map(\.rawValue)
            + DatesKey.allCases.map(\.rawValue)
        {
            #expect(page.contains("`\(name)`"), "\(name)")
        }
    }

    @Test("names every key of an endpoint", arguments: EndpointKey.allCases)
    func endpointKeys(key: EndpointKey) {
        #expect(page.contains("| `\(key.rawValue)` |"))
    }

    @Test("names every built-in resource by a key that means it")
    func resources() throws {
        let list = try #require(page.split(separator: "Built in: ").last?.split(separator: "Capitals,").first)
        let names = list.split(separator: "`").filter { $0.first?.isLetter == true }.map(String.init)
        #expect(Set(names.compactMap(InsightlyObject.named)) == Set(InsightlyObject.all))
    }
}
