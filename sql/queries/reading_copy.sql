COPY capnuoc.reading (point_key, at, value, quality, reason) FROM STDIN (FORMAT binary)
