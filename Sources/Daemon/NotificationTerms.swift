// From what the configuration says of an endpoint to what delivering needs.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import WebhookDelivery

extension NotificationSettings {
    /// Throws where certificates are none; all of them are named.
    func checkCertificates() throws(InvalidConfiguration) {
        let problems = endpoints.compactMap { $0.certificateProblem() }
        guard problems.isEmpty else { throw InvalidConfiguration(problems: problems) }
    }

    /// One for each endpoint, in their order. Each has to be shut down.
    func senders() -> [WebhookSender] {
        endpoints.map { endpoint in
            do {
                return try WebhookSender(
                    addressGuard: AddressGuard(allowed: allowedNetworks), timeout: endpoint.timeout,
                    concurrency: endpoint.concurrency, certificates: Certificates(endpoint.certificates))
            } catch {
                preconditionFailure("the certificates of \(endpoint.name) were checked, and are wrong now: \(error)")
            }
        }
    }
}

extension EndpointSettings {
    var terms: DeliveryService.Terms {
        .init(
            concurrency: concurrency, requestsPerSecond: requestsPerSecond,
            policy: DeliveryPolicy(schedule: retrySchedule))
    }

    /// What a look at the certificates finds wrong with them.
    package func certificateProblem() -> ConfigurationProblem? {
        do {
            try Certificates(certificates).check()
            return nil
        } catch {
            return problem(error)
        }
    }

    private func problem(_ fault: Certificates.Fault) -> ConfigurationProblem {
        let (key, wrong, right) =
            switch fault {
            case .authorities: ("tls.ca_file", "holds no certificate", "write the path of a PEM file of certificates")
            case .clientCertificate:
                ("tls.client_certificate", "holds no certificate", "write the path of a PEM file of certificates")
            case .clientKey:
                ("tls.client_key", "holds no private key", "give a private key in PEM, without a passphrase")
            case .notAPair:
                (
                    "tls.client_key", "does not belong to the certificate",
                    "give the key that the certificate was made with"
                )
            }
        return ConfigurationProblem(key: "\(key) of endpoint \(name)", wrong: wrong, right: right)
    }
}

extension Certificates {
    init(_ settings: EndpointCertificates) {
        self.init(
            authorities: settings.authorities,
            client: settings.client.map { ($0.certificate, $0.key.revealedBytes) })
    }
}

extension WebhookEnvelope {
    init(_ endpoint: EndpointSettings, instance: ElementsInstance, account: StoredAccount, version: String) {
        self.init(
            url: endpoint.url, keys: endpoint.signatureKeys,
            extraHeaders: endpoint.headers.map { ($0.name, $0.value.revealedText) },
            credentials: endpoint.basicCredentials.map { ($0.username, $0.password.revealedText) },
            formatter: BodyFormatter(format: endpoint.format, accountIdentity: account.identity, instance: instance),
            version: version)
    }
}
