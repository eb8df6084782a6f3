// What polling costs and brings, for people: in `check --online` before, and in `status` while it runs.

import ChangeFeed

extension CostReport {
    package var lines: [String] {
        linesOfAll + resources.map(\.line)
    }

    /// Without what is told of each resource.
    var linesOfAll: [String] { [pollingLine] + besidesLines }

    private var pollingLine: String {
        guard let allowance, let isAffordable else {
            return "polling: \(rounded(polls).counted("request")) a day; the API named no daily limit"
        }
        guard allowance > 0 else {
            return
                "polling: \(rounded(max(polls, wished)).counted("request")) a day of 0 allowed (insightly.quota_share): "
                + "not affordable, for there is no room for any poll"
        }
        let isChosen = resources.contains { $0.wish == .auto }
        let wanted = isAffordable ? polls : max(polls, wished)
        if isChosen, isAffordable, wanted > Double(allowance) {
            return
                "polling: \(rounded(wanted).counted("request")) a day at the pace of the moment, and no more than the \(allowance) "
                + "allowed in any 24 hours (insightly.quota_share); auto spends what there is"
        }
        var line =
            "polling: \(rounded(wanted).counted("request")) a day of \(allowance) allowed (insightly.quota_share): "
        guard !isAffordable else { return line + "affordable" + (isChosen ? "; auto spends what there is" : "") }
        line +=
            isStretched
            ? "not affordable, so intervals are stretched"
            : "not affordable, so intervals are stretched once half of what may be spent at once is spent"
        if let affordableInterval {
            line += "; an event.poller.refresh_interval of \(minutesUp(affordableInterval)) (minutes) is affordable"
        }
        if let neededLimit {
            line += ", and so is this one on a plan of \(neededLimit.counted("request")) a day"
        }
        return line
    }

    private var besidesLines: [String] {
        guard counts > 0 else { return [] }
        return [
            "finding deletes: up to \(rounded(counts).counted("count")) and, at one for each \(Limits.pageSize) records, "
                + "\(rounded(sweeps)) or more requests of sweeps a day; less where polls leave less"
        ]
    }

    /// `0.09`, `8.2`, `17`: as it may be written, and no shorter than it is.
    private func minutesUp(_ interval: Duration) -> String {
        let minutes = interval.inSeconds / 60
        let parts = minutes < 1 ? 100.0 : minutes < 10 ? 10 : 1
        let rounded = (minutes * parts).rounded(.up) / parts
        return rounded == rounded.rounded() ? "\(Int(clamping: rounded))" : "\(rounded)"
    }
}

extension CostReport.Resource {
    fileprivate var line: String {
        let isKeptForNow = !isAffordable && !isStretched
        let cause =
            wish == .auto
            ? " (auto)"
            : isStretched ? " (stretched)" : isKeptForNow ? " for now, later \(ofTheDay.forPeople) (stretched)" : ""
        var line =
            "\(name): polled every \(interval.forPeople)\(cause): \(rounded(requestsPerDay).counted("request")) a day; a change is seen "
            + "after \(meanDelay.forPeople) on average, \(worstDelay.forPeople) at most"
        if let changesPerDay { line += "; about \(rounded(changesPerDay).counted("change")) a day expected now" }
        return line
    }
}

private func rounded(_ number: Double) -> Int { Int(clamping: number.rounded(.up)) }

extension Duration {
    /// `4.2 s`, `7.5 min`, `3 h`.
    fileprivate var forPeople: String {
        let (number, unit) =
            inSeconds < 100 ? (inSeconds, "s") : inSeconds < 10_000 ? (inSeconds / 60, "min") : (inSeconds / 3_600, "h")
        let tenths = Int(clamping: (number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
