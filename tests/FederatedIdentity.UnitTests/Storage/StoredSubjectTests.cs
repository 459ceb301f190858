using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.UnitTests.Storage;

public sealed class StoredSubjectTests
{
    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("SHA256:x")]
    [InlineData("\U0001F600")]
    public void An_ordinary_subject_is_stored_as_it_is(string subject) =>
        Assert.Equal(new StoredSubject(subject, null), StoredSubject.Of(subject));

    [Theory]
    [InlineData('x', 512, true)]
    [InlineData('x', 513, false)]
    [InlineData('\u20ac', 170, true)]
    [InlineData('\u20ac', 171, false)]
    public void Up_to_512_bytes_are_stored_as_they_are(char unit, int count, bool asItIs) =>
        Assert.Equal(asItIs, StoredSubject.Of(new string(unit, count)).FullSubject is null);

    // Not a theory: half a surrogate pair does not survive in an attribute.
    [Fact]
    public void What_text_cannot_tell_apart_is_hashed_and_comes_back()
    {
        foreach (var subject in new[] { "a\0", "\ud800", "a\udc00b", "sha256:" })
        {
            var stored = StoredSubject.Of(subject);

            Assert.Matches("^sha256:[A-Za-z0-9_-]{43}$", stored.Subject);
            Assert.Equal(subject, stored.Restore());
        }
    }

    [Fact]
    public void A_subject_that_is_another_ones_hash_is_stored_differently()
    {
        var hash = StoredSubject.Of(new string('x', 1024)).Subject;

        Assert.NotEqual(hash, StoredSubject.Of(hash).Subject);
    }

    [Fact]
    public void Half_pairs_are_not_confused_with_each_other() =>
        Assert.NotEqual(StoredSubject.Of("\ud800").Subject, StoredSubject.Of("\ud801").Subject);
}
