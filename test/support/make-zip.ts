import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive, as honest or not as a test wants it. */
export interface ZipEntry {
  /** As it is written, whatever it leads to; ends with a slash for a folder. */
  name: string;
  content?: string | Uint8Array;
  /** Unix mode, with the kind of file; 0: none is said. */
  mode?: number;
  /** Default: deflate. */
  method?: number;
  /** What the archive says of the size; default: the truth. */
  size?: number;
  crc?: number;
  isEncrypted?: boolean;
}

/** A zip file of these entries, in this order; written by hand, for no tool writes what a test of hostile ones needs. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, content = '', mode = 0, method = 8 } = entry;
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const written = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // Names are UTF-8.
    common.writeUInt16LE(0x800 | (entry.isEncrypted === true ? 1 : 0), 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(entry.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.byteLength, 14);
    common.writeUInt32LE(entry.size ?? bytes.byteLength, 18);
    common.writeUInt16LE(written.byteLength, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, written, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, written);
    parts.push(local);
    offset += local.byteLength;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
