"""Clinical response: in lupus by SLEDAI-2K, BILAG, PGA and the SLE Responder Index, in tumours by RECIST 1.1."""
