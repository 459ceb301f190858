using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The form in which replicas hand answers to each other.</summary>
public sealed class SharedAnswerTests
{
    private static readonly DateTimeOffset AskedAt = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static TheoryData<string> Subjects => ["u", "stra\u00dfe", "caf\u00e9", "cafe\u0301", "\U0001F600", "\ud800", "\udc00x", new string('\u20ac', 255)];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_good_answer_arrives_as_it_was(string subject)
    {
        var claims = Encoding.UTF8.GetBytes("""{"sub":"x","n":1.50,"deep":{"a":[1,2]}}""");
        var valid = new OpaqueResult.Valid(subject, new LoginClaims(claims), AskedAt.AddMinutes(3));

        var (result, askedAt) = SharedAnswer.Read(new SharedAnswer(valid, AskedAt).Write())!;

        var read = Assert.IsType<OpaqueResult.Valid>(result);
        Assert.Equal((subject, AskedAt.AddMinutes(3), AskedAt), (read.Subject, read.ExpiresAt, askedAt));
        Assert.Equal(claims, read.Claims.Json.ToArray());
    }

    [Fact]
    public void Answers_without_an_end_and_refusals_arrive_as_they_were()
    {
        var open = new SharedAnswer(new OpaqueResult.Valid("u", LoginClaims.None, null), AskedAt);
        var refusal = new SharedAnswer(new OpaqueResult.Invalid("Token is inactive", "d\u00e9tail"), AskedAt);
        var silent = new SharedAnswer(new OpaqueResult.Invalid("", ""), AskedAt);

        Assert.Null(((OpaqueResult.Valid)SharedAnswer.Read(open.Write())!.Result).ExpiresAt);
        Assert.Equal(refusal, SharedAnswer.Read(refusal.Write()));
        Assert.Equal(silent, SharedAnswer.Read(silent.Write()));
    }

    [Fact]
    public void Times_are_never_rounded_up()
    {
        var ends = AskedAt.AddMinutes(3);
        var answer = new SharedAnswer(new OpaqueResult.Valid("u", LoginClaims.None, ends.AddTicks(9_999)), AskedAt.AddTicks(9_999));

        var read = SharedAnswer.Read(answer.Write())!;

        Assert.Equal((AskedAt, ends), (read.AskedAt, ((OpaqueResult.Valid)read.Result).ExpiresAt));
    }

    [Fact]
    public void Outages_and_endless_texts_have_no_form()
    {
        Assert.Null(new SharedAnswer(new OpaqueResult.Unavailable("away"), AskedAt).Write());
        Assert.Null(new SharedAnswer(new OpaqueResult.Invalid("", new string('x', 5_000)), AskedAt).Write());
        Assert.Null(new SharedAnswer(new OpaqueResult.Invalid(new string('x', 70_000), ""), AskedAt).Write());
    }

    [Fact]
    public void Whatever_is_cut_off_or_altered_is_nothing_or_another_whole_answer()
    {
        byte[][] written =
        [
            new SharedAnswer(new OpaqueResult.Valid("user-1", new LoginClaims("""{"sub":"user-1"}"""u8.ToArray()), AskedAt), AskedAt).Write()!,
            new SharedAnswer(new OpaqueResult.Invalid("sentence", "detail"), AskedAt).Write()!,
        ];
        foreach (var value in written)
        {
            for (var length = 0; length < value.Length; length++)
            {
                AssertWhole(SharedAnswer.Read(value.AsSpan(0, length)));
            }

            for (var bit = 0; bit < value.Length * 8; bit++)
            {
                var altered = value.ToArray();
                altered[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertWhole(SharedAnswer.Read(altered));
            }
        }
    }

    [Theory]
    [InlineData(0, 2)] // Of another release.
    [InlineData(1, 3)] // A verdict that there is not.
    [InlineData(2, 0x7f)] // Asked after the end of time.
    [InlineData(10, 0x70)] // Ends after the end of time.
    [InlineData(18, 0x40)] // A subject longer than everything.
    [InlineData(19, 3)] // Half a character.
    [InlineData(20, 0x0a)] // A control character in the subject.
    public void A_part_that_makes_no_sense_spoils_the_whole(int at, byte value)
    {
        var written = new SharedAnswer(new OpaqueResult.Valid("u", new LoginClaims("""{"a":1}"""u8.ToArray()), AskedAt), AskedAt).Write()!;
        written[at] = value;

        Assert.Null(SharedAnswer.Read(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":"\ud800"}""")]
    public void Claims_that_are_no_object_are_nothing(string claims)
    {
        var answer = new SharedAnswer(new OpaqueResult.Valid("u", new LoginClaims(Encoding.UTF8.GetBytes(claims)), null), AskedAt);

        Assert.Null(SharedAnswer.Read(answer.Write()));
    }

    /// <summary>Everything that the rest of the program does with an answer works.</summary>
    private static void AssertWhole(SharedAnswer? answer)
    {
        if (answer?.Result is OpaqueResult.Valid valid)
        {
            Assert.True(IdTokenRules.IsSubject(valid.Subject));
            Assert.Null(valid.Claims["nobody"]);
        }
    }
}
