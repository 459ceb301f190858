using System.Text;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

public sealed class Base64UrlStrictTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("QQ", "A")]
    [InlineData("QUI", "AB")]
    [InlineData("QUJD", "ABC")]
    [InlineData("-_-_", "\u00fb\u00ff\u00bf")]
    public void Canonical_text_is_decoded(string text, string expected)
    {
        Assert.Equal(Encoding.Latin1.GetBytes(expected), Base64UrlStrict.Decode(Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [InlineData("Q")]
    [InlineData("QUJDQ")]
    [InlineData("QQ==")]
    [InlineData("QQ=")]
    [InlineData("QUI=")]
    [InlineData("QR")]
    [InlineData("QUJ")]
    [InlineData("Q Q")]
    [InlineData(" QQ")]
    [InlineData("QQ\n")]
    [InlineData("QQ\r\n")]
    [InlineData("Q\tQ")]
    [InlineData("QU+D")]
    [InlineData("QU/D")]
    [InlineData("QU.D")]
    [InlineData("QQ\0")]
    [InlineData("%2B")]
    [InlineData("QUJ\u0663")]
    [InlineData("\uff31\uff31")]
    public void Any_other_text_is_refused(string text)
    {
        Assert.Null(Base64UrlStrict.Decode(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Every_text_of_two_and_three_characters_is_decoded_if_and_only_if_encoding_gives_it_back()
    {
        var bytes = new byte[3];
        for (var value = 0; value < 1 << 16; value++)
        {
            byte[] text = [(byte)(value >> 8), (byte)value];
            Check(text);
            Check([.. text, (byte)'A']);
            Check([.. text, (byte)'B']);
        }

        void Check(byte[] text)
        {
            if (Base64UrlStrict.TryDecode(text, bytes, out var written))
            {
                Assert.Equal(text, Encoding.ASCII.GetBytes(Base64UrlStrict.Encode(bytes.AsSpan(0, written))));
            }
        }
    }

    [Fact]
    public void Every_length_survives_the_round_trip()
    {
        var random = new Random(1);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var text = new byte[Base64UrlStrict.EncodedLength(length)];

            Assert.Equal(text.Length, Base64UrlStrict.EncodeToUtf8(bytes, text));
            Assert.Equal(Base64UrlStrict.Encode(bytes), Encoding.ASCII.GetString(text));
            Assert.Equal(length, Base64UrlStrict.DecodedLength(text.Length));
            Assert.Equal(bytes, Base64UrlStrict.Decode(text));
        }
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused()
    {
        Assert.False(Base64UrlStrict.TryDecode("QUJD"u8, new byte[2], out _));
        Assert.True(Base64UrlStrict.TryDecode("QUJD"u8, new byte[4], out var written));
        Assert.Equal(3, written);
    }
}
