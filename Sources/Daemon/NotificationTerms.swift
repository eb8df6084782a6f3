// From what the configuration says of an endpoint to what delivering needs.

import ChangeFeed
import DaemonConfiguration
import EventStore
import WebhookDelivery

extension Tool<WebhookSender> {
    static func webhooks(_ endpoint: EndpointSettings) -> Tool<WebhookSender> {
        do {
            let sender = try WebhookSender(
                addressGuard: AddressGuard(allowed: endpoint.allowedNetworks), timeout: endpoint.timeout,
                certificates: Certificates(endpoint.certificates))
            return Tool(sender) { await $0.shutdown() }
        } catch {
            preconditionFailure("the certificates of \(endpoint.name) were checked, and are wrong now: \(error)")
        }
    }
}

extension EndpointSettings {
    var terms: EndpointMachine.Terms {
        EndpointMachine.Terms(
            concurrency: concurrency, requestsPerSecond: requestsPerSecond,
            policy: DeliveryPolicy(schedule: retrySchedule), order: rules.order, coalesces: rules.coalesces,
            target: target)
    }

    /// Its URL, which itself may hold secrets, cannot be read from it.
    fileprivate var target: Fingerprint { Fingerprint(of: Array(url.utf8)[...]) }
}

extension StoreEngine {
    /// The endpoint of these settings, made the first time.
    func endpoint(_ settings: EndpointSettings, at now: Instant) throws -> StoredEndpoint {
        try endpoint(
            named: settings.name, rules: settings.rules, target: settings.target,
            longestWait: settings.retrySchedule.longestWait, at: now)
    }
}

extension CertificateCheck {
    static func at(_ now: Instant) -> CertificateCheck {
        CertificateCheck { settings in
            let certificates = Certificates(settings)
            return certificates.faults.map(Finding.init) + certificates.expiries(now: now).map(Finding.init)
        }
    }
}

extension CertificateCheck.Finding {
    fileprivate init(_ fault: Certificates.Fault) {
        let certificates = "write the path of a PEM file of certificates, each whole, from BEGIN to END"
        switch fault {
        case .noAuthorities:
            self.init(.authorities, wrong: "holds no certificate that can be read", right: certificates)
        case .noClientCertificate:
            self.init(.clientCertificate, wrong: "holds no certificate that can be read", right: certificates)
        case .noClientKey:
            self.init(
                .clientKey, wrong: "holds no private key", right: "give a private key in PEM, without a passphrase")
        case .notAPair:
            self.init(
                .clientKey, wrong: "does not belong to the first certificate of the client's certificates",
                right: "give the key that this certificate was made with, or put its certificate first")
        }
    }

    fileprivate init(_ expiry: Certificates.Expiry) {
        switch expiry {
        case .authorities(let end):
            self.init(
                .authorities, wrong: "holds no certificate that is valid any more: the last expired on \(end.iso8601)",
                right: "get those of the receiver's authority anew", isWarning: true)
        case .clientCertificate(let end):
            self.init(
                .clientCertificate, wrong: "expired on \(end.iso8601): receivers will refuse it",
                right: "have it made out anew", isWarning: true)
        }
    }
}

extension Certificates {
    init(_ settings: EndpointCertificates) {
        self.init(
            authorities: settings.authorities, clientCertificate: settings.clientCertificate,
            clientKey: settings.clientKey)
    }
}

extension WebhookEnvelope {
    init(_ plan: Plan.Endpoint, account: StoredAccount, version: String) {
        let endpoint = plan.settings
        self.init(
            url: endpoint.url, keys: endpoint.signatureKeys,
            extraHeaders: endpoint.headers.map { ($0.name, $0.value) },
            credentials: endpoint.basicCredentials.map { ($0.username, $0.password) },
            formatter: BodyFormatter(
                format: endpoint.format, accountIdentity: account.identity, instance: plan.instance),
            account: account.title, version: version)
    }
}
