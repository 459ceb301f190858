using System.Security.Cryptography;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.UnitTests.Storage;

public sealed class MasterKeyTests
{
    private readonly MasterKey _key = Key(1);

    [Theory]
    [InlineData("")]
    [InlineData("a secret")]
    public void A_secret_opens_again_for_its_owner(string secret)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(secret);

        var envelope = _key.Wrap(bytes, "access_key:AKIA1");

        Assert.Equal(bytes, Key(1).Unwrap(envelope, "access_key:AKIA1"));
        Assert.Equal(1, envelope[0]);
        Assert.Equal(_key.Fingerprint, Convert.ToHexStringLower(envelope.AsSpan(1, 4)));
        Assert.Equal(1 + 4 + 12 + bytes.Length + 16, envelope.Length);
    }

    [Fact]
    public void The_same_secret_never_looks_the_same() => Assert.NotEqual(_key.Wrap("s"u8, "o"), _key.Wrap("s"u8, "o"));

    [Fact]
    public void Another_owner_opens_nothing()
    {
        var e = Assert.ThrowsAny<CryptographicException>(() => _key.Unwrap(_key.Wrap("s"u8, "access_key:AKIA1"), "access_key:AKIA2"));

        Assert.Contains("access_key:AKIA2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_is_named_by_both_fingerprints()
    {
        var e = Assert.ThrowsAny<CryptographicException>(() => Key(2).Unwrap(_key.Wrap("s"u8, "o"), "o"));

        Assert.Contains(Key(1).Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.Contains(Key(2).Fingerprint, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_previous_key_opens_what_it_wrapped_and_wraps_nothing()
    {
        var both = Key(2).With(_key);

        Assert.Equal("old"u8, both.Unwrap(_key.Wrap("old"u8, "o"), "o"));
        Assert.Equal("new"u8, both.Unwrap(both.Wrap("new"u8, "o"), "o"));
        Assert.Equal("new"u8, Key(2).Unwrap(both.Wrap("new"u8, "o"), "o"));
        Assert.Equal(Key(2).Fingerprint, MasterKey.FingerprintOf(both.Wrap("new"u8, "o")));
        Assert.Equal((Key(2).Fingerprint, _key.Fingerprint), (both.Fingerprint, both.Previous!.Fingerprint));
        Assert.ThrowsAny<CryptographicException>(() => both.Unwrap(_key.Wrap("old"u8, "o"), "another"));
        var e = Assert.ThrowsAny<CryptographicException>(() => both.Unwrap(Key(3).Wrap("s"u8, "o"), "o"));
        Assert.All([both.Fingerprint, _key.Fingerprint, Key(3).Fingerprint], one => Assert.Contains(one, e.Message, StringComparison.Ordinal));
        Assert.Equal("[master key]", $"{both}");
    }

    [Fact]
    public void The_previous_key_is_another_one() => Assert.Throws<FormatException>(() => Key(1).With(Key(1)));

    [Fact]
    public void What_is_no_envelope_has_no_fingerprint()
    {
        Assert.Null(MasterKey.FingerprintOf([]));
        Assert.Null(MasterKey.FingerprintOf(new byte[64]));
    }

    [Fact]
    public void Every_altered_or_missing_byte_is_noticed()
    {
        var envelope = _key.Wrap("a secret"u8, "o");
        for (var i = 0; i < envelope.Length; i++)
        {
            var altered = (byte[])envelope.Clone();
            altered[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => _key.Unwrap(altered, "o"));
            Assert.ThrowsAny<CryptographicException>(() => _key.Unwrap(envelope.AsSpan(0, i), "o"));
        }
    }

    [Fact]
    public void Each_purpose_has_its_own_key()
    {
        Assert.Equal(_key.Derive("a"), Key(1).Derive("a"));
        Assert.Equal(32, _key.Derive("a").Length);
        Assert.NotEqual(_key.Derive("a"), _key.Derive("b"));
        Assert.NotEqual(_key.Derive("a"), Key(2).Derive("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Anything_but_32_bytes_of_base64_is_refused_without_repeating_it(string text)
    {
        var e = Assert.Throws<FormatException>(() => MasterKey.FromBase64(text));

        Assert.True(text.Length == 0 || !e.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Base64_may_end_in_a_line_break_and_the_key_does_not_print()
    {
        var key = MasterKey.FromBase64(Convert.ToBase64String(Bytes(1)) + "\n");

        Assert.Equal(_key.Fingerprint, key.Fingerprint);
        Assert.Equal("[master key]", $"{key}");
    }

    private static byte[] Bytes(byte fill) => [.. Enumerable.Repeat(fill, MasterKey.Length)];

    private static MasterKey Key(byte fill) => new(Bytes(fill));
}
