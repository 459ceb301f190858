using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>S13 to S16, S20 and S21: a genuine assertion that is not for us, not now, or about nobody.</summary>
public sealed class SamlRulesTests
{
    private const string Audience = "<saml:Audience>urn:amazon:webservices</saml:Audience>";
    private const string Restriction = $"<saml:AudienceRestriction>{Audience}</saml:AudienceRestriction>";
    private const string SignIn = "https://signin.aws.amazon.com/saml";
    private const string Persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    private const string Transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    private const string Aws = "https://aws.amazon.com/SAML/Attributes/";
    private const string Role = "arn:aws:iam::000000000000:role/";

    private readonly SamlBench _bench = new();

    private SamlForge Forge => _bench.Forge;

    [Theory]
    [InlineData(Restriction, "")]
    [InlineData(Audience, "")]
    [InlineData(Audience, Audience + Audience)]
    [InlineData(Audience, Audience + "<saml:Audience>https://other.example.com</saml:Audience>")]
    [InlineData(Restriction, Restriction + Restriction)]
    [InlineData(Restriction, Restriction + "<saml:AudienceRestriction><saml:Audience>https://other.example.com</saml:Audience></saml:AudienceRestriction>")]
    [InlineData("urn:amazon:webservices", "https://other.example.com")]
    [InlineData("urn:amazon:webservices", "urn:amazon:webservices:other")]
    [InlineData("urn:amazon:webservices", "URN:amazon:webservices")]
    [InlineData("urn:amazon:webservices", " urn:amazon:webservices")]
    [InlineData("urn:amazon:webservices", "https://signin.aws.amazon.com/saml/../evil")]
    [InlineData(Restriction, Restriction + "<saml:OneTimeUse/>")]
    [InlineData(Restriction, Restriction + "<saml:ProxyRestriction Count=\"0\"/>")]
    [InlineData(Restriction, Restriction + "<saml:Condition/>")]
    public void S13_the_audience_is_us_and_nobody_else(string from, string to) => RefusedEitherWay(from, to);

    [Fact]
    public void S13_an_audience_beside_what_is_signed_does_not_count()
    {
        var stripped = Forge.Genuine(xml => xml.Replace(Restriction, "", StringComparison.Ordinal));

        _bench.Refused(stripped.Replace(
            "<samlp:Status>",
            $"<saml:Conditions xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{Restriction}</saml:Conditions><samlp:Status>",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://us-east-1.signin.aws.amazon.com/saml")]
    [InlineData("https://us-gov-west-1.signin.aws.amazon.com/saml")]
    [InlineData("https://signin.aws.amazon.com/saml/acs/IdP-ID_1")]
    [InlineData("https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSP4SHN3UIS")]
    [InlineData("https://login.example.com/saml")]
    public void Our_recipients_are_AWS_endpoints_and_the_configured_ones(string recipient)
    {
        _bench.Options.Saml.Recipients.Add("https://login.example.com/saml");
        _bench.Options.Saml.Audiences.Add("https://login.example.com/saml");

        _bench.Accepted(Forge.Genuine(
            xml => xml
                .Replace(SignIn, recipient, StringComparison.Ordinal)
                .Replace("urn:amazon:webservices", recipient, StringComparison.Ordinal),
            xml => xml.Replace($"Destination=\"{SignIn}\"", $"Destination=\"{recipient}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData($" Recipient=\"{SignIn}\"", "")]
    [InlineData(SignIn, "https://login.example.com/saml")]
    [InlineData(SignIn, "http://signin.aws.amazon.com/saml")]
    [InlineData(SignIn, "https://signin.aws.amazon.com/saml?x")]
    [InlineData(SignIn, "https://signin.aws.amazon.com/saml/")]
    [InlineData(SignIn, "https://signin.aws.amazon.com/SAML")]
    [InlineData(SignIn, "https://signin.aws.amazon.com.evil.example/saml")]
    [InlineData(SignIn, "https://evil.example/.signin.aws.amazon.com/saml")]
    [InlineData(SignIn, "https://x.signin.aws.amazon.com/saml")]
    [InlineData(SignIn, "https://signin.aws.amazon.com/saml/acs/a/b")]
    [InlineData("cm:bearer", "cm:sender-vouches")]
    [InlineData("cm:bearer", "cm:holder-of-key")]
    [InlineData(" Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"", "")]
    [InlineData("<saml:SubjectConfirmation ", "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/><saml:SubjectConfirmation ")]
    [InlineData("<saml:SubjectConfirmationData ", "<saml:NameID>mallory</saml:NameID><saml:SubjectConfirmationData ")]
    [InlineData("<saml:SubjectConfirmationData ", "<saml:SubjectConfirmationData/><saml:SubjectConfirmationData ")]
    [InlineData("<saml:SubjectConfirmationData ", "<saml:SubjectConfirmationData NotBefore=\"2020-01-01T00:00:00Z\" ")]
    public void S14_one_bearer_confirmation_sends_it_to_us(string from, string to) =>
        _bench.Refused(Forge.Genuine(xml => xml.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void S14_without_confirmation_or_its_data_nobody_is_confirmed()
    {
        _bench.Refused(Forge.Genuine(xml => Cut(xml, "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>")));
        _bench.Refused(Forge.Genuine(xml => Cut(xml, "<saml:SubjectConfirmationData ", "/>")));
    }

    [Theory]
    [InlineData("https://login.example.com/saml")]
    [InlineData("")]
    public void S14_a_destination_is_us(string destination) =>
        RefusedEitherWay($"Destination=\"{SignIn}\"", $"Destination=\"{destination}\"");

    [Fact]
    public void A_response_need_not_have_a_destination_or_an_issuer() => _bench.Accepted(Forge.Genuine(response: xml =>
        Cut(xml.Replace($" Destination=\"{SignIn}\"", "", StringComparison.Ordinal), "<saml:Issuer ", "</saml:Issuer>")));

    [Theory]
    [InlineData(0, true)]
    [InlineData(-299, true)]
    [InlineData(-300, false)]
    [InlineData(-3600, false)]
    public void S15_the_end_counts_with_five_minutes_of_grace(int seconds, bool counts)
    {
        foreach (var element in new[] { "<saml:Conditions ", "<saml:SubjectConfirmationData " })
        {
            Expect(counts, xml => WithTime(Earlier(xml, 4000), element, "NotOnOrAfter", Forge.At(seconds)));
        }
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void S15_the_beginning_counts_with_five_minutes_of_grace(int seconds, bool counts)
    {
        Expect(counts, xml => WithTime(
            WithTime(xml, "<saml:Conditions ", "NotBefore", Forge.At(seconds)), "<saml:Conditions ", "NotOnOrAfter", Forge.At(seconds + 60)));
        Expect(counts, xml => WithTime(xml, "<saml:Assertion ", "IssueInstant", Forge.At(seconds)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2026-01-02T03:09:05")]
    [InlineData("2026-01-02T03:09:05+00:00")]
    [InlineData("2026-01-02T03:09:60Z")]
    [InlineData("2026-01-02T24:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-01-02 03:09:05Z")]
    [InlineData("2026-01-02T03:09:05z")]
    [InlineData(" 2026-01-02T03:09:05Z")]
    [InlineData("2026-01-02T03:09:05Z\n")]
    [InlineData("2026-01-02T03:09Z")]
    [InlineData("2026-01-02")]
    [InlineData("2026-01-02T03:09:05.Z")]
    [InlineData("-2026-01-02T03:09:05Z")]
    [InlineData("12026-01-02T03:09:05Z")]
    [InlineData("٢٠٢٦-01-02T03:09:05Z")]
    [InlineData("1767323345")]
    public void S15_a_time_is_UTC_and_in_this_age(string time)
    {
        foreach (var (element, attribute) in Times())
        {
            _bench.Refused(Forge.Genuine(xml => WithTime(xml, element, attribute, time)));
        }
    }

    [Fact]
    public void S15_no_time_may_be_missing()
    {
        foreach (var (element, attribute) in Times())
        {
            _bench.Refused(Forge.Genuine(xml => WithTime(xml, element, attribute, null)));
        }
    }

    [Theory]
    [InlineData("2026-01-02T03:09:05.123Z")]
    [InlineData("2026-01-02T03:09:05.123456789Z")]
    public void A_fraction_of_a_second_is_a_time(string time) =>
        _bench.Accepted(Forge.Genuine(xml => WithTime(xml, "<saml:Conditions ", "NotOnOrAfter", time)));

    [Fact]
    public void S15_nothing_lives_longer_than_a_day()
    {
        Expect(true, xml => WithTime(xml, "<saml:Conditions ", "NotOnOrAfter", Forge.At(25 * 3600)));
        Expect(false, xml => WithTime(xml, "<saml:Conditions ", "NotOnOrAfter", Forge.At((25 * 3600) + 1)));
        Expect(false, xml => WithTime(xml, "<saml:SubjectConfirmationData ", "NotOnOrAfter", Forge.At((25 * 3600) + 1)));
        Expect(false, xml => WithTime(xml, "<saml:Conditions ", "NotOnOrAfter", Forge.At(-1)));
    }

    [Fact]
    public void S15_the_providers_session_ends_ours()
    {
        var verified = _bench.Accepted(Forge.Genuine(xml => Session(xml, Forge.At(1))));

        Assert.Equal(_bench.Clock.GetUtcNow().AddSeconds(1), verified.Session!.EndsAt);
        _bench.Refused(Forge.Genuine(xml => Session(xml, Forge.At(0))));
        _bench.Refused(Forge.Genuine(xml => Session(xml, "tomorrow")));
        Assert.Null(_bench.Accepted(Forge.Genuine()).Session!.EndsAt);
    }

    [Fact]
    public void S15_an_assertion_without_a_login_logs_nobody_in() =>
        _bench.Refused(Forge.Genuine(xml => Cut(xml, "<saml:AuthnStatement ", "</saml:AuthnStatement>")));

    [Theory]
    [InlineData("https://idp.example.test/metadata2")]
    [InlineData("https://idp.example.test/metadata ")]
    [InlineData("HTTPS://idp.example.test/metadata")]
    [InlineData("")]
    public void S16_issuer_of_assertion_and_response_are_the_provider(string issuer)
    {
        var stated = $">{SamlKey.EntityId}</saml:Issuer>";
        var other = $">{issuer}</saml:Issuer>";

        _bench.Refused(Forge.Genuine(assertion: xml => xml.Replace(stated, other, StringComparison.Ordinal)));
        _bench.Refused(Forge.Genuine(response: xml => string.Join("<samlp:Status>", xml.Split("<samlp:Status>") switch
        {
            [var before, var after] => [before.Replace(stated, other, StringComparison.Ordinal), after],
            var parts => parts,
        })));
        _bench.Refused(Forge.Genuine(), _bench.Trusted with { EntityId = issuer });
    }

    [Theory]
    [InlineData("<saml:Issuer>", "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\">")]
    [InlineData("<saml:Issuer>", "<saml:Issuer>https://idp.example.test/metadata</saml:Issuer><saml:Issuer>")]
    public void S16_an_issuer_is_one_entity(string from, string to) =>
        _bench.Refused(Forge.Genuine(xml => xml.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void S16_an_assertion_without_an_issuer_is_refused() =>
        _bench.Refused(Forge.Sign(Forge.Response(Cut(Forge.Assertion(), "<saml:Issuer>", "</saml:Issuer>")), SamlForge.ResponseId));

    [Theory]
    [InlineData(Role + "a," + SamlBench.Arn, Role + "a")]
    [InlineData(SamlBench.Arn + "," + Role + "path/b", Role + "path/b")]
    [InlineData(Role + "a," + SamlBench.Arn + "2", null)]
    [InlineData(Role + "a,arn:aws:iam::111111111111:saml-provider/p", null)]
    [InlineData("arn:aws:iam::111111111111:role/a," + SamlBench.Arn, null)]
    [InlineData("arn:aws-cn:iam::000000000000:role/a," + SamlBench.Arn, null)]
    [InlineData(Role + "a," + SamlBench.Arn + "," + Role + "b", null)]
    [InlineData(Role + "a,b," + SamlBench.Arn, null)]
    [InlineData(Role + "a", null)]
    [InlineData(SamlBench.Arn, null)]
    [InlineData(SamlBench.Arn + "," + SamlBench.Arn, null)]
    [InlineData(Role + "," + SamlBench.Arn, null)]
    [InlineData("arn:aws:iam::000000000000:user/a," + SamlBench.Arn, null)]
    [InlineData(Role + "a, " + SamlBench.Arn, null)]
    [InlineData("", null)]
    public void S20_a_role_counts_when_it_is_paired_with_this_very_provider(string value, string? role)
    {
        var session = _bench.Accepted(WithAttribute(Aws + "Role", value)).Session!;

        Assert.Equal(role is null ? [Role + "a"] : new[] { Role + "a", role }.Distinct(), session.Roles); // The forge's own comes first.
    }

    [Fact]
    public void S21_a_transient_name_is_nobody_unless_an_attribute_names_the_user()
    {
        var xml = Forge.Genuine(text => text.Replace(Persistent, Transient, StringComparison.Ordinal));

        _bench.Refused(xml);
        _bench.Options.Saml.TransientSubjectAttribute = "uid";
        _bench.Refused(xml);
        _bench.Options.Saml.TransientSubjectAttribute = "department";
        var verified = _bench.Accepted(xml);
        Assert.Equal("{attribute=department}eng & ops", verified.Login.Subject);
        Assert.Equal($"{SamlBench.Arn}:SAML:eng & ops", verified.Amr);
        Assert.Equal("alice", _bench.Accepted(Forge.Genuine()).Login.Subject); // Only transient names need it.
    }

    [Fact]
    public void S21_an_attribute_with_several_values_names_nobody()
    {
        _bench.Options.Saml.TransientSubjectAttribute = "department";

        _bench.Refused(Forge.Genuine(
            xml => Attributes(xml, ("department", "sales")).Replace(Persistent, Transient, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"", "alice")]
    [InlineData("", "{unspecified}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\"", "{unspecified}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"", "{emailAddress}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName\"", "{X509SubjectName}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName\"", "{WindowsDomainQualifiedName}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos\"", "{kerberos}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"", "{entity}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\" NameQualifier=\"a},for=b\"", "{persistent,by=a%7D%2Cfor%3Db}alice")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\" SPNameQualifier=\"sp\"", "{persistent,for=sp}alice")]
    [InlineData("NameQualifier=\"\" SPNameQualifier=\"\"", "{unspecified,by=,for=}alice")]
    public void Format_and_qualifiers_are_part_of_the_subject(string attributes, string subject)
    {
        var verified = _bench.Accepted(Forge.Genuine(xml => xml.Replace($"Format=\"{Persistent}\"", attributes, StringComparison.Ordinal)));

        Assert.Equal(subject, verified.Login.Subject);
        Assert.Equal($"{SamlBench.Arn}:SAML:alice", verified.Amr);
    }

    [Theory]
    [InlineData("{unspecified}alice", "{persistent}{unspecified}alice")]
    [InlineData("{attribute=uid}alice", "{persistent}{attribute=uid}alice")]
    [InlineData(" alice", " alice")]
    [InlineData("Alice", "Alice")]
    public void A_name_is_taken_as_it_is_and_never_reads_as_another(string name, string subject) =>
        Assert.Equal(subject, _bench.Accepted(Forge.Genuine(user: name)).Login.Subject);

    [Theory]
    [InlineData("al&#10;ice")]
    [InlineData("al&#x202e;ice")]
    [InlineData("al&#x85;ice")]
    [InlineData("\n  alice\n")]
    public void A_name_with_something_invisible_in_it_is_refused(string name) => _bench.Refused(Forge.Genuine(user: name));

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        _bench.Accepted(Forge.Genuine(user: new string('a', 255)));
        _bench.Refused(Forge.Genuine(user: new string('a', 256)));
    }

    [Theory]
    [InlineData("urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted")]
    [InlineData("urn:oasis:names:tc:SAML:2.0:nameid-format:unknown")]
    [InlineData("")]
    public void An_unknown_format_is_refused(string format) =>
        _bench.Refused(Forge.Genuine(xml => xml.Replace(Persistent, format, StringComparison.Ordinal)));

    [Fact]
    public void Every_attribute_is_a_claim()
    {
        var claims = _bench.Accepted(Forge.Genuine(xml => Attributes(
            xml, ("groups", "dev"), ("groups", "a\"b"), ("empty", ""), (LoginClaims.NameIdentifier, "mallory")))).Claims;

        Assert.Equal("eng & ops", claims["department"]!.Value.GetString());
        Assert.Equal(["dev", "a\"b"], claims["groups"]!.Value.EnumerateArray().Select(value => value.GetString()));
        Assert.Equal("", claims["empty"]!.Value.GetString());
        Assert.Equal("alice", claims[LoginClaims.NameIdentifier]!.Value.GetString());
        Assert.Equal(JsonValueKind.String, claims[Aws + "Role"]!.Value.ValueKind);
    }

    [Fact]
    public void The_session_is_what_AWS_attributes_say()
    {
        var session = _bench.Accepted(Forge.Genuine(xml => Attributes(
            xml,
            (Aws + "RoleSessionName", "alice@example.com"), (Aws + "SessionDuration", "1800"), (Aws + "SourceIdentity", "alice"),
            (Aws + "PrincipalTag:team", "blue"), (Aws + "PrincipalTag:empty", ""),
            (Aws + "TransitiveTagKeys", "team"), (Aws + "TransitiveTagKeys", "empty")))).Session!;

        Assert.Equal(("alice@example.com", TimeSpan.FromMinutes(30), "alice"), (session.Name, session.Duration, session.SourceIdentity));
        Assert.Equal(new Dictionary<string, string> { ["team"] = "blue", ["empty"] = "" }, session.PrincipalTags);
        Assert.Equal(["team", "empty"], session.TransitiveTagKeys);
    }

    [Theory]
    [InlineData("SessionDuration", "899")]
    [InlineData("SessionDuration", "43201")]
    [InlineData("SessionDuration", "an hour")]
    [InlineData("SessionDuration", "-900")]
    [InlineData("SessionDuration", "")]
    [InlineData("SourceIdentity", "x")]
    [InlineData("SourceIdentity", "a b")]
    [InlineData("PrincipalTag:team", "a&lt;b")]
    [InlineData("PrincipalTag:aws:x", "a")]
    [InlineData("PrincipalTag:", "a")]
    [InlineData("TransitiveTagKeys", "")]
    public void A_session_that_STS_would_refuse_is_refused(string name, string value) => _bench.Refused(WithAttribute(Aws + name, value));

    [Fact]
    public void A_tag_has_one_value_and_one_spelling()
    {
        _bench.Refused(Forge.Genuine(xml => Attributes(xml, (Aws + "PrincipalTag:team", "a"), (Aws + "PrincipalTag:team", "b"))));
        _bench.Refused(Forge.Genuine(xml => Attributes(xml, (Aws + "PrincipalTag:team", "a"), (Aws + "PrincipalTag:Team", "b"))));
        _bench.Refused(Forge.Genuine(xml => Attributes(xml, [.. Enumerable.Range(0, 51).Select(n => ($"{Aws}PrincipalTag:t{n}", "v"))])));
    }

    [Fact]
    public void A_session_name_that_is_none_is_passed_over() =>
        Assert.Null(_bench.Accepted(WithAttribute(Aws + "RoleSessionName", "Alice Smith")).Session!.Name);

    private string WithAttribute(string name, string value) => Forge.Genuine(xml => Attributes(xml, (name, value)));

    private void RefusedEitherWay(string from, string to)
    {
        _bench.Refused(Forge.Genuine(
            xml => xml.Replace(from, to, StringComparison.Ordinal), xml => xml.Replace(from, to, StringComparison.Ordinal)));
        _bench.Refused(Forge.Sign(Forge.Response(Forge.Assertion()).Replace(from, to, StringComparison.Ordinal), SamlForge.ResponseId));
    }

    private void Expect(bool accepted, Func<string, string> edit)
    {
        if (accepted)
        {
            _bench.Accepted(Forge.Genuine(edit));
        }
        else
        {
            _bench.Refused(Forge.Genuine(edit));
        }
    }

    private static (string Element, string Attribute)[] Times() =>
    [
        ("<saml:Assertion ", "IssueInstant"), ("<saml:Conditions ", "NotBefore"), ("<saml:Conditions ", "NotOnOrAfter"),
        ("<saml:SubjectConfirmationData ", "NotOnOrAfter"),
    ];

    private string Earlier(string xml, int seconds) => WithTime(
        WithTime(xml, "<saml:Conditions ", "NotBefore", Forge.At(-seconds)), "<saml:Assertion ", "IssueInstant", Forge.At(-seconds));

    private static string WithTime(string xml, string element, string attribute, string? time)
    {
        var start = xml.IndexOf($"{attribute}=\"", xml.IndexOf(element, StringComparison.Ordinal), StringComparison.Ordinal);
        var value = start + attribute.Length + 2;
        var end = xml.IndexOf('"', value);
        return time is null ? xml.Remove(start, end + 1 - start) : xml[..value] + time + xml[end..];
    }

    private static string Session(string xml, string end) =>
        xml.Replace("SessionIndex=\"_s\"", $"SessionNotOnOrAfter=\"{end}\"", StringComparison.Ordinal);

    private static string Cut(string xml, string from, string to)
    {
        var start = xml.IndexOf(from, StringComparison.Ordinal);
        return xml.Remove(start, xml.IndexOf(to, start, StringComparison.Ordinal) + to.Length - start);
    }

    private static string Attributes(string xml, params (string Name, string Value)[] attributes) => xml.Replace(
        "</saml:AttributeStatement>",
        string.Concat(attributes.Select(attribute => $"""
            <saml:Attribute Name="{attribute.Name}"><saml:AttributeValue>{attribute.Value}</saml:AttributeValue></saml:Attribute>
            """)) + "</saml:AttributeStatement>",
        StringComparison.Ordinal);
}
