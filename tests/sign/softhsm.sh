# To be sourced by tests with keys in a PKCS #11 token: SoftHSM with its tokens below the folder that the test stands in.
library=$(find /usr/lib -name libsofthsm2.so 2>/dev/null | head -1)
softhsm() { # false: it is not installed
    command -v softhsm2-util >/dev/null && [ -n "$library" ] || { echo "SoftHSM is not installed"; return 1; }
    mkdir tokens
    echo "directories.tokendir = $PWD/tokens" >softhsm.conf
    export SOFTHSM2_CONF=$PWD/softhsm.conf
}
new_token() { # LABEL PIN
    softhsm2-util --init-token --free --label "$1" --pin "$2" --so-pin 0815 >/dev/null
}
