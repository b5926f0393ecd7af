//! Looking through whole responses, which is most of what a check of an easy answer does. A chunk
//! is looked at without a branch, so that the compiler compares all its bytes at once.

const CHUNK: usize = 64;

/// Where a byte stands first that is one of `wanted`.
pub fn any_of<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> Option<usize> {
    let is_wanted = |byte: u8| wanted.iter().fold(false, |any, wanted| any | (byte == *wanted));
    let chunks = bytes.chunks_exact(CHUNK);
    let before = chunks
        .take_while(|chunk| !chunk.iter().fold(false, |any, byte| any | is_wanted(*byte)))
        .count();
    let from = before * CHUNK;
    Some(from + bytes[from..].iter().position(|byte| is_wanted(*byte))?)
}

/// Where a text of three bytes stands first.
pub fn three(bytes: &[u8], wanted: [u8; 3]) -> Option<usize> {
    let [a, b, c] = wanted;
    let mut from = 0;
    while let Some(chunk) = bytes.get(from..from + CHUNK + 2) {
        let chunk: &[u8; CHUNK + 2] = chunk.try_into().expect("of this length");
        let mut any = false;
        for i in 0..CHUNK {
            any |= (chunk[i] == a) & (chunk[i + 1] == b) & (chunk[i + 2] == c);
        }
        if any {
            break;
        }
        from += CHUNK;
    }
    Some(from + bytes[from..].windows(3).position(|three| three == wanted)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_wherever_they_are() {
        for length in [0, 1, 2, 3, 63, 64, 65, 66, 67, 127, 128, 200] {
            let blank = vec![b'.'; length];
            assert_eq!(any_of(&blank, [b'x']), None);
            assert_eq!(three(&blank, *b"box"), None);
            for at in 0..length {
                let mut bytes = blank.clone();
                bytes[at] = b'}';
                assert_eq!(any_of(&bytes, [b'{', b'}']), Some(at));
                bytes[at..].fill(b'}');
                assert_eq!(any_of(&bytes, [b'}']), Some(at));
                let mut bytes = blank.clone();
                if at + 3 <= length {
                    bytes[at..at + 3].copy_from_slice(b"box");
                    assert_eq!(three(&bytes, *b"box"), Some(at));
                }
            }
        }
    }
}
