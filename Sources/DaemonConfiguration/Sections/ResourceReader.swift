// One block of `event.poller.configuration`: what is written there, over what is built in.

import ChangeFeed

/// Reads the block of one resource.
struct ResourceReader {
    private let name: String
    private let interval: PollInterval
    /// The object that the resource's key names; its defaults fill the block.
    private let object: InsightlyObject?
    var findings: Findings

    init(name: String, interval: PollInterval, findings: Findings) {
        self.name = name
        self.interval = interval
        self.findings = findings
        object = InsightlyObject.named(name)
    }

    func place(_ member: String) -> String {
        "\(ConfigurationKey.pollerConfiguration.rawValue).\(name).\(member)"
    }

    /// The plan, or nil where the block has problems that leave none.
    mutating func plan(_ value: JSONValue) -> ResourcePlan? {
        let place = "\(ConfigurationKey.pollerConfiguration.rawValue).\(name)"
        guard !name.trimmed.isEmpty else {
            findings.problem(place, "is a resource without a name", "write its name, such as contacts")
            return nil
        }
        let given = findings.convert(value, at: place) { value throws(ValueFault) in
            try value.asObject("a resource's block")
        }
        guard let block = given ?? (value.isNull ? JSONObject() : nil) else { return nil }
        checkKeys(block)
        var dates = DatesReader(resource: self, block: block, object: object)
        let (updated, created) = dates.read()
        findings = dates.resource.findings
        let url = searchTemplate(block)
        let id = idField(block)
        let options = options(block)
        guard let url, let id else { return nil }
        var plan = ResourcePlan(
            name: ResourceName(name), typeName: object?.typeName ?? name, search: url, listing: url.listing,
            idField: id, updatedDate: updated, createdDate: created, interval: options.interval ?? interval)
        plan.createdCheckTolerance = dates.tolerance ?? plan.createdCheckTolerance
        plan.pageSize = options.pageSize ?? plan.pageSize
        plan.pollDelay = options.pollDelay ?? plan.pollDelay
        plan.ignoredFields = options.ignoredFields
        return plan
    }

    private mutating func checkKeys(_ block: JSONObject) {
        let known = ResourceBlockKey.allCases.filter { !$0.isIgnored }.map(\.rawValue)
        for member in block.members where DatesKey(rawValue: member.name) == nil {
            guard let key = ResourceBlockKey(rawValue: member.name) else {
                let right = rightKey(for: member.name, among: known + DatesKey.allCases.map(\.rawValue))
                findings.problem(place(member.name), "is not a known key", right)
                continue
            }
            if key.isIgnored, !member.value.isBlank {
                findings.warning(place(member.name), "has no meaning here", "take it out, or leave it: it does nothing")
            }
            if key == .filterByUpdateDate {
                findings.warning(place(member.name), "is a misspelling", "write \"filterByUpdatedDate\"")
            }
        }
    }

    private mutating func searchTemplate(_ block: JSONObject) -> URLTemplate? {
        let key = place(ResourceBlockKey.url.rawValue)
        let suggestion = suggestedURL
        guard let given = block[ResourceBlockKey.url.rawValue], !given.isBlank else {
            guard let object else {
                findings.problem(key, "is missing", "write one such as \(suggestion)\(meantObject)")
                return nil
            }
            return try? URLTemplate(parsing: object.searchURL)
        }
        let template = findings.convert(given, at: key) { value throws(ValueFault) in
            do { return try URLTemplate(parsing: try value.asText().trimmed) } catch let fault as TemplateFault {
                throw ValueFault(wrong: fault.wrong, right: fault.right)
            } catch {
                throw ValueFault(wrong: "\(value.shown) is not a URL", right: "write one such as \(suggestion)")
            }
        }
        guard let template else { return nil }
        for remark in template.remarks { findings.warning(key, remark.wrong, remark.right) }
        warnOfOtherObject(template, at: key)
        if !template.mentionsTime {
            findings.warning(
                key, "has no time of the last poll in it, so that every poll reads every record",
                "write one such as \(suggestion)")
        }
        return template
    }

    /// The types of events, the id and the dates follow from the key; the URL only says what is read.
    private mutating func warnOfOtherObject(_ template: URLTemplate, at key: String) {
        let asked = InsightlyObject.listed(by: template.listing.path)
        if let object {
            guard let asked, asked != object else { return }
            findings.warning(
                key, "asks for \(asked.path), and the key \"\(name)\" means \(object.path)",
                "write the block under \"\(asked.keys[0])\", or the URL \(object.searchURL)")
        } else if InsightlyObject.isCustom(name), let path = InsightlyObject.nameListed(by: template.listing.path) {
            // Any other name is one's own, and may be of whatever it likes.
            guard asked != nil || InsightlyObject.isCustom(path),
                InsightlyObject.canonicalName(of: path) != InsightlyObject.canonicalName(of: name)
            else { return }
            findings.warning(
                key, "asks for \(path), and the key \"\(name)\" is the name of another object",
                "write the block under \"\(asked?.keys[0] ?? path)\", or the URL \(suggestedURL)")
        }
    }

    /// A slip of the hand makes a built-in name one's own.
    private var meantObject: String {
        let names = InsightlyObject.all.flatMap(\.keys)
        guard !InsightlyObject.isCustom(name), let near = nearestName(to: name.trimmed, among: names) else { return "" }
        return "; or did you mean the resource \"\(near)\"?"
    }

    private var suggestedURL: String {
        object?.searchURL ?? "/\(name.hasPrefix("/") ? name.dropFirst() : name[...])/Search?"
            + "updated_after_utc=${gmtDate:\(DatePattern.iso8601.pattern)}"
    }

    private mutating func idField(_ block: JSONObject) -> FieldPath? {
        let key = place(ResourceBlockKey.idField.rawValue)
        guard let given = block[ResourceBlockKey.idField.rawValue], !given.isBlank else {
            guard let object else {
                let example = name.hasSuffix("__c") ? "RECORD_ID" : "CONTACT_ID"
                findings.problem(key, "is missing", "write the field that holds a record's id, such as \"\(example)\"")
                return nil
            }
            return FieldPath(object.idField)
        }
        return findings.convert(given, at: key) { value throws(ValueFault) in try FieldPath(value) }
    }

    private struct Options {
        var interval: PollInterval?
        var pageSize: Int?
        var pollDelay: Duration?
        var ignoredFields: [IgnoredField] = []
    }

    private mutating func options(_ block: JSONObject) -> Options {
        var options = Options()
        for key in [ResourceBlockKey.filterByUpdatedDate, .filterByUpdateDate, .filterByCurrentDate] {
            // Known records tell here what changed; the switches are checked and have nothing left to do.
            _ = option(key, in: block) { value throws(ValueFault) in try value.asBool() }
        }
        options.interval = option(.refreshInterval, in: block) { value throws(ValueFault) in
            try value.asPollInterval()
        }
        options.pageSize = option(.pageSize, in: block) { value throws(ValueFault) in
            try value.asInteger("a number of records", in: 1...1_000_000, right: "write 1 to 500")
        }
        if let size = options.pageSize, size > Limits.pageSize {
            findings.warning(
                place(ResourceBlockKey.pageSize.rawValue), "\(size) is more than Insightly serves",
                "write 500, as is used")
            options.pageSize = Limits.pageSize
        }
        options.pollDelay = option(.pollDelay, in: block) { value throws(ValueFault) in try value.asSeconds() }
        options.ignoredFields = ignoredFields(block)
        return options
    }

    private mutating func option<Value>(
        _ key: ResourceBlockKey, in block: JSONObject, _ conversion: (JSONValue) throws(ValueFault) -> Value
    ) -> Value? {
        let given = block[key.rawValue].flatMap { $0.isBlank ? nil : $0 }
        return findings.convert(given, at: place(key.rawValue), conversion)
    }

    private mutating func ignoredFields(_ block: JSONObject) -> [IgnoredField] {
        let right = "write a list such as [\"LAST_ACTIVITY_DATE_UTC\", \"/CUSTOMFIELDS/Score__c\"]"
        let list = option(.ignoreFields, in: block) { value throws(ValueFault) -> [JSONValue] in
            guard case .list(let list) = value else {
                throw ValueFault(wrong: "\(value.shown) is not a list of fields", right: right)
            }
            return list
        }
        let key = place(ResourceBlockKey.ignoreFields.rawValue)
        return findings.convertEach(list ?? [], at: key) { element throws(ValueFault) in
            guard case .string(let text) = element, !["", "/"].contains(text.trimmed) else {
                throw ValueFault(wrong: "\(element.shown) is not a field", right: right)
            }
            return IgnoredField(text.trimmed)
        }
    }
}
