package dev.aicortex.fleet;

import dev.aicortex.config.CommandConfig;
import dev.aicortex.config.ConfigFile;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Problems;
import dev.aicortex.config.Values;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.ServerAccess;
import dev.aicortex.store.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks a configuration's file as a start would, without one; plugins are not asked. */
public final class ConfigCheck {
    private ConfigCheck() {}

    /**
     * All that is wrong with a file, each with its place as far as it has one.
     *
     * @throws ValidationException when it cannot be read
     */
    public static List<String> of(Path path) {
        ConfigFile file = ConfigFile.read(path);
        List<String> all = new ArrayList<>(file.problems());
        Problems problems = new Problems();
        problems.of(() -> check(CommandConfig.with(file), problems));
        problems.all().stream().map(file::located).forEach(all::add);
        return all;
    }

    private static void check(CortexConfig config, Problems problems) {
        Values.check(config, problems);
        problems.of(() -> {
            Database _ = new Database(config);
        });
        problems.of(() -> {
            List<ServerUrl> servers = ServerList.known(config, List.of());
            problems.of(() -> new ServerAccess(config).check(servers));
            problems.of(() -> Allow.check(config, servers));
        });
    }
}
