package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One volume, and processes that are killed while they change it: before each step of each kind of
 * change, and in the middle of writing or deleting. What a dead process leaves is what the next one
 * finds.
 */
class CrashIT {
    /** Each kind, and the first one again, now that there are editions to clear away. */
    private static final int CHANGES = Change.values().length + 1;

    private static final String BROKEN = "{\"written\": \"by hand\",";

    @TempDir Path scratch;
    @TempDir Path dir;

    private Volume volume;
    private DoomedProcess.Starter starter;
    private DoomedProcess process;

    /** Started while the other one works. */
    private DoomedProcess next;

    private int started;
    private int edition;

    /** What a process is killed at. */
    private enum Change {
        FIRST,
        REPLACE,
        TAKE_OVER,
        BACK_UP,
        HAND_BACK,
        ROLL_BACK;

        Change following() {
            return this == ROLL_BACK ? REPLACE : values()[ordinal() + 1];
        }
    }

    /** What counts before a work and what after it. */
    private record Work(String order, List<Family> before, List<Family> after) {}

    @BeforeEach
    void start() throws Exception {
        volume = new Volume(dir.resolve("catalogue"));
        starter = DoomedProcess.Starter.rehearsed(scratch, volume.dir());
        process = starter.start(++started);
        next = starter.start(++started);
    }

    @AfterEach
    void end() throws Exception {
        process.close();
        next.close();
    }

    @Test
    @Timeout(300)
    void aKillAtAnyStepLeavesTheOldOrTheNewCatalogueAndTheNextProcessGoesOn() throws Exception {
        Change change = Change.FIRST;
        int step = 0;
        for (int changes = 0; changes < CHANGES; ) {
            if (change != Change.FIRST) {
                replaceWholly();
            }
            Work work = prepare(change);
            boolean reached = reaches(step, work);
            if (reached) {
                process.kill();
                process = next;
                next = starter.start(++started);
            }
            assertEitherOf(work, change + ", step " + step);
            if (change == Change.HAND_BACK) {
                assertNotLost(edited());
            }
            boolean goesOn = reached && (change != Change.FIRST || volume.generation().isEmpty());
            if (goesOn) {
                step++;
            } else {
                step = 0;
                change = change.following();
                changes++;
            }
        }
    }

    private void replaceWholly() throws IOException {
        List<Family> expected = Editions.over(volume.read().families(), ++edition);
        assertThat(process.begin("wholly " + edition)).isEqualTo(DoomedWriter.DONE);
        assertThat(volume.read().families()).isEqualTo(expected);
        try (Stream<Path> all = Files.walk(volume.dir())) {
            assertThat(all).noneMatch(path -> path.getFileName().toString().startsWith(".new-"));
        }
    }

    private Work prepare(Change change) throws IOException {
        edition++;
        switch (change) {
            case TAKE_OVER -> {
                Family mine = Editions.family(Editions.MINE, "by hand before " + edition);
                Files.deleteIfExists(volume.dir().resolve(mine.file())); // a link, and no file yet
                Files.write(volume.dir().resolve(mine.file()), FamilyFile.write(mine));
            }
            case HAND_BACK -> Files.writeString(edited(), BROKEN);
            case FIRST, REPLACE, BACK_UP, ROLL_BACK -> {}
        }
        List<Family> before = volume.read().families();
        return switch (change) {
            case FIRST, REPLACE, TAKE_OVER, HAND_BACK ->
                    new Work("apply " + edition, before, Editions.over(before, edition));
            case BACK_UP -> new Work("backup " + edition, before, Editions.over(before, edition));
            case ROLL_BACK -> {
                String older = volume.numbers().getFirst();
                yield new Work("rollback " + older, before, volume.generation(older));
            }
        };
    }

    /** A file of the last edition and of the one to come, where a person finds it. */
    private Path edited() {
        return Editions.edition(edition).stream()
                .map(family -> volume.dir().resolve(family.file()))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    /** What the person wrote is there to be mended, which then happens. */
    private void assertNotLost(Path edited) throws IOException {
        assertThat(edited).hasContent(BROKEN);
        String name = edited.getFileName().toString().replace(".json", "");
        Files.write(edited, FamilyFile.write(Editions.family(name, "mended")));
    }

    /** Whether the work gets as far as that; readers see the old or the new all the way. */
    private boolean reaches(int step, Work work) throws IOException {
        String announced = process.begin(work.order());
        for (int done = 0; done < step && !announced.equals(DoomedWriter.DONE); done++) {
            announced = process.proceed();
            assertEitherOf(work, "before " + announced);
        }
        return !announced.equals(DoomedWriter.DONE);
    }

    private void assertEitherOf(Work work, String when) throws IOException {
        assertThat(volume.read().families()).as(when).isIn(work.before(), work.after());
    }
}
