import ArgumentParser

extension Layers {
    /// Reads the arguments of a command that takes the options of a run: those that were given, in front of them what a
    /// variable or the file says.
    ///
    /// - Throws: what is wrong, and whose it is: a ``ConfigurationError`` names the file and its line, or the variable;
    ///   what only the command line is to blame for is the parser's own error. So is what `--help` prints, however
    ///   broken a configuration is.
    static func parse<Command: LaunchedCommand>(
        _ type: Command.Type, _ arguments: [String], environment: [String: String]
    ) throws -> (command: Command, layers: Layers) {
        let layers: Layers
        do {
            layers = try Layers(arguments, environment: environment)
        } catch {
            try throwCleanExit(type, arguments)
            throw error
        }
        do {
            return (try type.parsed(layers.arguments), layers)
        } catch {
            guard !layers.configured.isEmpty else { throw error }
            try throwCleanExit(type, arguments)
            throw layers.blaming(error, type)
        }
    }

    /// Adds to what is wrong where the options that it names are set, unless that is the command line.
    func explained(_ message: String) -> String {
        let named = configured.filter { message.mentions($0.option.flag) }
        let sources = named.map { "\($0.option.flag) is from \($0.origin)" }
        return sources.isEmpty ? message : "\(message) (\(sources.joined(separator: "; ")))"
    }

    private static func throwCleanExit(_ type: any LaunchedCommand.Type, _ arguments: [String]) throws {
        do {
            _ = try type.parsed(arguments)
        } catch where type.exitCode(for: error) == .success {
            throw error
        } catch {
            // What is wrong with the configuration comes first.
        }
    }

    /// Finds out whose a mistake is.
    private func blaming(_ error: any Error, _ type: any LaunchedCommand.Type) -> any Error {
        // What is wrong in the same way when it stands alone is wrong in itself.
        let message = type.message(for: error)
        for setting in configured {
            do {
                _ = try RunOptions.parse(setting.option.arguments(setting.value))
            } catch where RunOptions.message(for: error) == message {
                return ConfigurationError("\(setting.place): \(message)")
            } catch {
                // It needs another option, which may well be there.
            }
        }
        do {
            _ = try type.parsed(given.all)
        } catch {
            return error
        }
        return ConfigurationError(explained(message))
    }
}

extension Layers.Setting {
    /// The origin, and the name that the option has there.
    fileprivate var place: String {
        if case .file = origin { "\(origin): \(option.name)" } else { "\(origin)" }
    }
}

extension Layers.Origin: CustomStringConvertible {
    var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): "\(path), line \(line)"
        case .variable(let name): name
        case .flag: "command line"
        }
    }
}

extension String {
    /// Whether it holds a flag, and not only a longer one that begins in the same way.
    fileprivate func mentions(_ flag: String) -> Bool {
        ranges(of: flag).contains { range in
            guard let next = self[range.upperBound...].first else { return true }
            return !next.isLetter && next != "-"
        }
    }
}
