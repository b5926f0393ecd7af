//! The allocator of the WebAssembly module. A check makes many small values and drops them soon,
//! so blocks come in powers of two, each with a list of the free ones: taking and giving back are
//! a handful of instructions, and a vector that doubles fits exactly. Free blocks are not joined;
//! the caller makes a new instance when one has grown large.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::Cell;
use std::ptr::null_mut;

const PAGE: usize = 1 << 16;
/// The smallest block, 2^4 bytes, and the largest, 2^28: more than the memory may hold.
const SMALLEST: u32 = 4;
const LARGEST: u32 = 28;

/// What is free: of each size a list, whose links are in the blocks, and the end of the memory.
pub struct Heap {
    free: [Cell<*mut u8>; (LARGEST - SMALLEST + 1) as usize],
    unused: Cell<(usize, usize)>,
}

// SAFETY: the module has one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { free: [const { Cell::new(null_mut()) }; 25], unused: Cell::new((0, 0)) };

/// The power of two that holds a value.
fn power(layout: Layout) -> u32 {
    // Blocks begin at multiples of 16, and nothing here asks for more than that.
    let size = layout.size().max(1 << SMALLEST);
    usize::BITS - (size - 1).leading_zeros()
}

impl Heap {
    /// A block that was never used, from the end of the memory.
    #[cold]
    fn carve(&self, power: u32) -> *mut u8 {
        let size = 1 << power;
        let (start, end) = self.unused.get();
        if end - start >= size {
            self.unused.set((start + size, end));
            return start as *mut u8;
        }
        // Eight pages at least: growing memory costs more than most checks.
        let pages = size.div_ceil(PAGE).max(8);
        let grown = memory_grow::<0>(pages);
        if grown == usize::MAX {
            return null_mut();
        }
        let from = if grown * PAGE == end { start } else { grown * PAGE };
        let to = memory_size::<0>() * PAGE;
        self.unused.set((from + size, to));
        from as *mut u8
    }
}

// SAFETY: a block is on one list or in one hand, and is as large as its power of two says, which
// follows from the layout alone.
unsafe impl GlobalAlloc for Heap {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let power = power(layout);
        if power > LARGEST {
            return null_mut();
        }
        let list = &self.free[(power - SMALLEST) as usize];
        let block = list.get();
        if block.is_null() {
            return self.carve(power);
        }
        list.set(*block.cast());
        block
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let list = &self.free[(power(layout) - SMALLEST) as usize];
        *block.cast() = list.get();
        list.set(block);
    }

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let wanted = Layout::from_size_align_unchecked(size, layout.align());
        if power(wanted) == power(layout) {
            return block;
        }
        let moved = self.alloc(wanted);
        if !moved.is_null() {
            moved.copy_from_nonoverlapping(block, layout.size().min(size));
            self.dealloc(block, layout);
        }
        moved
    }
}
