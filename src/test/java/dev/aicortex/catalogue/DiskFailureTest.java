package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.catalogue.refresh.Apply;
import dev.aicortex.catalogue.refresh.Resolution;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume that takes no more: what it holds goes on to count. */
class DiskFailureTest {
    @TempDir Path dir;

    private Volume volume;
    private int edition;

    @BeforeEach
    void fill() throws Exception {
        volume = new Volume(dir);
        apply(new Disk());
    }

    private void apply(Disk disk) throws Exception {
        Volume.Content old = volume.read();
        Resolution resolution =
                new Resolution(old.version(), Editions.over(old.families(), ++edition), List.of());
        try (Lease lease = Lease.take(volume, "this", Clock.systemUTC())) {
            new Apply(volume, disk, new Apply.Options(false, true, 1, 2), Clock.systemUTC())
                    .run(resolution, lease);
        }
    }

    @Test
    void aDiskThatIsFullAtAnyStepLeavesTheOldOrTheNewCatalogue() throws Exception {
        List<String> outcomes = new ArrayList<>();
        for (int free = 0; failsAfter(free, outcomes); free++) {
            apply(new Disk());
            assertThat(volume.read().families())
                    .isEqualTo(Editions.over(volume.read().families(), edition));
            assertNothingUnfinished();
        }
        assertThat(outcomes).hasSizeGreaterThan(20).contains("old", "new");
    }

    /** Whether the disk was full before the end, with room for so many steps. */
    private boolean failsAfter(int free, List<String> outcomes) throws Exception {
        Family mine = Editions.family(Editions.MINE, "by hand at " + free);
        Files.write(dir.resolve(mine.file()), FamilyFile.write(mine));
        List<Family> old = volume.read().families();
        assertThat(old).contains(mine);
        int[] left = {free};
        Disk full =
                new SteppedDisk(change -> {
                    if (left[0]-- == 0) {
                        throw new IOException("No space left on device: " + change);
                    }
                });
        try {
            apply(full);
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("No space left");
        }
        List<Family> now = volume.read().families();
        assertThat(now).isIn(old, Editions.over(old, edition));
        outcomes.add(now.equals(old) ? "old" : "new");
        return true;
    }

    private void assertNothingUnfinished() throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            assertThat(all).noneMatch(path -> path.getFileName().toString().startsWith(".new-"));
        }
    }

    @Test
    void aReadOnlyVolumeIsReadOn() throws Exception {
        List<Family> old = volume.read().families();
        String version = volume.version();
        Disk readOnly =
                new SteppedDisk(change -> {
                    throw new AccessDeniedException(change);
                });
        assertThatThrownBy(() -> apply(readOnly)).isInstanceOf(AccessDeniedException.class);
        assertThat(volume.read().families()).isEqualTo(old);
        assertThat(volume.version()).isEqualTo(version);
    }
}
