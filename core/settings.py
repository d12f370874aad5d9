"""Every limit and size of the application, in one place.

Sizes are counts, times are wall-clock seconds, memory is in bytes. The reasons: the limits on a text
keep the slowest reading under 50 ms; the limits on a tree keep SymPy's first and second derivative
under three seconds for every text that can still be typed.
"""

from typing import Final

# Text and tree: checked before anything symbolic is built.
CHARACTERS: Final = 2_000
TOKENS: Final = 600
NESTING: Final = 60
NODES: Final = 600
DIGITS: Final = 30
DECIMAL_EXPONENT: Final = 30
EXPONENT: Final = 200  # largest constant exponent, in size
CONSTANT_DIGITS: Final = 300  # digits of a constant subexpression, by a bound computed with logarithms
ROOT_INDEX: Final = 100
VARIABLES: Final = 8
COMPONENTS: Final = 8
EXTREMUM_ARGUMENTS: Final = 6  # of one min or max

# Expressions in a worker.
BUILT_NODES: Final = 2_000
DERIVED_NODES: Final = 20_000
LATEX_CHARACTERS: Final = 20_000
COEFFICIENT_CHARACTERS: Final = 120  # of LaTeX, in a Taylor model that a student reads
REPLY_BYTES: Final = 2_000_000

# A derivation that a student reads: steps, folds inside folds, and nodes of one line.
DERIVATION_STEPS: Final = 60
DERIVATION_DEPTH: Final = 14
DERIVATION_NODES: Final = 500

# Time and memory of a job.
DERIVE_SECONDS: Final = 3.0
HESSIAN_SECONDS: Final = 3.0
CRITICAL_SECONDS: Final = 8.0
SWEEP_SECONDS: Final = 8.0
REGION_SECONDS: Final = 1.5  # for the verdict about a box, with its constants
REGION_PAGE_SECONDS: Final = 4.0  # on a page, which shows what is known meanwhile
REGION_PAGE_WIDTH: Final = 2e-4  # of a bound, relatively: as near as they are wanted there
REGION_LIMIT: Final = 3.0  # then the command line says that it is not settled
EDGE_SECONDS: Final = 0.6  # to name kinks, poles and holes; what is not decided then is said to be so
TIDY_SECONDS: Final = 0.5  # for the form a person would write; then the plain form
WAIT_SECONDS: Final = 20.0  # for a worker to be free; then "busy, try again"
MEMORY_BYTES: Final = 2 * 1024**3
CACHED_ANSWERS: Final = 512

# Workers (`core.engine`): so many more than cores, at most, at least; each needs so much of half of the free memory.
WORKERS_MORE: Final = 6
WORKERS: Final = 16
FEWEST_WORKERS: Final = 2
WORKER_BYTES: Final = 150 * 1024**2
JOBS_OF_A_WORKER: Final = 500  # then a fresh process: SymPy's caches grow
IDLE_SECONDS: Final = 60.0  # then a worker beyond the first and the spare one goes
YIELD_SECONDS: Final = 0.15  # of the processor, for a job; then it goes on with less priority
YIELD_AT_MOST: Final = 0.9  # seconds on the clock; a busy machine gives a job less than it asks for
WORKER_NICENESS: Final = 4  # the page's process goes first
NICENESS: Final = 19  # of a job that takes long
QUEUE: Final = 64  # questions that wait, of all sessions
QUEUE_OF_ONE: Final = 3  # and of one session
PROGRESS_SECONDS: Final = 0.1  # between two messages about progress
PROGRESS_BYTES: Final = 200_000  # of one such message

# The region of interest, and the pictures.
SIDE: Final = (-5.0, 5.0)  # of a box nobody chose
SENT_OPERATIONS: Final = (
    12_000  # of a function with its derivatives that a browser is given; a longer one is sampled here
)
ATLAS_SECONDS: Final = 8.0  # for a map of destinations; what is not refined by then stays coarse
RUN_STEPS: Final = 200_000  # of one run of an optimizer that the command line is asked for
COORDINATE: Final = 1e9  # largest end of a side, in size
NARROWEST: Final = 1e-6  # a side is at least this wide
