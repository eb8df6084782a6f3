// Where a request goes: to an address that was looked up and found permitted, and to no other.

import AsyncHTTPClient
import ChangeFeed
import FoundationEssentials
import NIOCore

/// An address that the receiver's name leads to is private and not in `event.notification.allowed_networks`.
struct ForbiddenAddress: Error {}

/// Looks a receiver's name up, and keeps the HTTP clients that dial what was found.
///
/// An HTTP client left to itself would look the name up a second time, and a name may mean another address by then. So each
/// client here knows one name and one address: it dials that literal, and still asks for the name in `Host` and TLS.
actor Dialler {
    /// The receiver's name, as the URL has it, and one of its addresses.
    struct Destination: Hashable, Sendable {
        var host: String
        var address: IPAddress
    }

    private struct Line {
        let client: HTTPClient
        var requests = 0
    }

    private let addressGuard: AddressGuard
    private let lookup: HostLookup
    private let memory: Duration
    private let configuration: HTTPClient.Configuration
    private var found: [String: (destinations: [Destination], time: ContinuousClock.Instant)] = [:]
    private var lines: [Destination: Line] = [:]

    init(
        addressGuard: AddressGuard, lookup: HostLookup, memory: Duration, configuration: HTTPClient.Configuration
    ) {
        self.addressGuard = addressGuard
        self.lookup = lookup
        self.memory = memory
        self.configuration = configuration
    }

    /// Where the URL's host may be reached, in the order to try. One forbidden address is enough to refuse the name: it is
    /// not what its owner said it was.
    func destinations(of url: String) async throws -> [Destination] {
        guard let host = Self.host(of: url) else { throw UnknownHost() }
        let now = ContinuousClock.now
        if let known = found[host], now - known.time < memory { return known.destinations }
        let addresses = try await lookup.addresses(host)
        guard addresses.allSatisfy(addressGuard.permits) else { throw ForbiddenAddress() }
        // Connections that are open already are worth more than the order of the answer, which many resolvers shuffle.
        let known = found[host]?.destinations.first.map(\.address)
        let sorted = addresses.filter { $0 == known } + addresses.filter { $0 != known }
        let destinations = sorted.map { Destination(host: host, address: $0) }
        found = found.filter { now - $0.value.time < memory }
        found[host] = (destinations, now)
        return destinations
    }

    /// Runs one request on the client that dials this destination.
    func withClient<Result: Sendable>(
        to destination: Destination, _ request: @Sendable (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let client = open(destination)
        do {
            let result = try await request(client)
            await close(destination)
            return result
        } catch {
            await close(destination)
            throw error
        }
    }

    /// The next attempts begin with another address of the same name, if it has one.
    func avoid(_ destination: Destination) {
        guard let known = found[destination.host]?.destinations, known.first == destination else { return }
        found[destination.host]?.destinations = known.dropFirst() + [destination]
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    func shutdown() async throws {
        for line in lines.values { try await line.client.shutdown() }
        lines = [:]
    }

    private func open(_ destination: Destination) -> HTTPClient {
        var line = lines[destination] ?? Line(client: client(dialling: destination))
        line.requests += 1
        lines[destination] = line
        return line.client
    }

    /// Ends the connections to addresses that are not the first choice any more, once no request is on them.
    private func close(_ destination: Destination) async {
        lines[destination]?.requests -= 1
        let idle = lines.filter { line in
            line.value.requests == 0 && found[line.key.host]?.destinations.first != line.key
        }
        for destination in idle.keys { lines[destination] = nil }
        for line in idle.values { try? await line.client.shutdown() }
    }

    private func client(dialling destination: Destination) -> HTTPClient {
        var configuration = configuration
        configuration.dnsOverride = [destination.host: destination.address.description]
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Taken from the URL in the same way as the HTTP client takes it. An IPv6 literal loses its brackets.
    private static func host(of url: String) -> String? {
        guard let url = URL(string: url), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty
        else { return nil }
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
